import type { EntityReference, EventReference, Field, OperationReference, Reference, Shape } from '@parley/protocol'
import { html, raw } from 'hono/html'
import { introduction } from './docs-introduction.ts'

/** HTML text made by `html`, which escapes everything that it inserts. */
type Html = ReturnType<typeof raw>
type FeatureReference = Reference['features'][number]

const none = raw('')
// `html` returns a promise only if it gets one, which never happens here.
const join = (parts: unknown[]): Html => raw(parts.join(''))

/** Text with code between backticks, as in the summaries of the catalogue. */
const prose = (text: string): Html =>
  join(text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`)))

/** A type, with links to the entities in it. */
const typeText = (type: string): Html =>
  join(
    type
      .split(/\b([A-Z]\w+)\b/)
      .map((part, index) => (index % 2 ? html`<a href="#${part}">${part}</a>` : html`${part}`)),
  )

const fieldRow = ({ name, type, required, default: value, about }: Field, place: string | undefined) => html`<tr>
<th scope="row"><code>${name}</code>${place ? html` <small>${place}</small>` : none}</th>
<td><code>${typeText(type)}</code></td>
<td>${required ? none : html`<small>${value === undefined ? 'optional' : html`default <code>${value}</code>`}</small> `}${prose(about)}</td>
</tr>`

const fieldTable = (caption: string, fields: Field[], placeOf?: (name: string) => string) => html`<table>
<caption>${caption}</caption>
<thead><tr><th scope="col">field</th><th scope="col">type</th><th scope="col">what it is</th></tr></thead>
<tbody>${join(fields.map((field) => fieldRow(field, placeOf?.(field.name))))}</tbody>
</table>`

const shape = (caption: string, { entity, fields }: Shape, placeOf?: (name: string) => string) => {
  if (entity) return html`<p class="is"><b>${caption}</b> <a href="#${entity}"><code>${entity}</code></a></p>`
  if (fields.length === 0) return html`<p class="is"><b>${caption}</b> <code>{}</code></p>`
  return fieldTable(caption, fields, placeOf)
}

const errorList = (codes: string[]) =>
  html`<p class="is"><b>errors</b> ${join(
    codes.map((code) => html`<a href="#error-${code}"><code>${code}</code></a> `),
  )}</p>`

/** The errors of an operation without the shared ones, which are listed once. */
const ownErrors = (operation: OperationReference, shared: ReadonlySet<string>) =>
  operation.errors.filter((code) => !shared.has(code))

const operationArticle = (operation: OperationReference, shared: ReadonlySet<string>) => {
  const { name, summary, onSocket, method, path, inPath, rest, input, example, output } = operation
  const placeOf = (field: string) => (inPath.includes(field) ? 'path' : rest)
  const own = ownErrors(operation, shared)
  return html`<article id="${name}">
<h3><a href="#${name}">${name}</a> <small>${operation.kind}</small></h3>
<p>${prose(summary)}</p>
<dl class="forms">
<dt>socket</dt><dd>${onSocket ? html`<code>emit('${name}', input, (reply) => …)</code>` : html`only over HTTP: a socket needs a user who has signed in`}</dd>
<dt>HTTP</dt><dd><code><b class="${method.toLowerCase()}">${method}</b> ${path}</code></dd>
</dl>
${shape('input', input, placeOf)}
${example === '{}' ? none : html`<p class="is"><b>example</b> <code>${example}</code></p>`}
${shape('reply', output)}
${own.length > 0 ? errorList(own) : none}
</article>`
}

const eventArticle = ({ name, summary, durable, payload }: EventReference) => html`<article id="${name}">
<h3><a href="#${name}">${name}</a> <small>event, ${durable ? 'durable' : 'ephemeral'}</small></h3>
<p>${prose(summary)}</p>
${shape('payload', payload)}
</article>`

const featureSection = (
  { name, about, operations, events }: FeatureReference,
  shared: ReadonlySet<string>,
) => html`<section>
<h2 id="${name}"><a href="#${name}">${name}</a></h2>
<p>${prose(about)}</p>
${join(operations.map((operation) => operationArticle(operation, shared)))}
${join(events.map(eventArticle))}
</section>`

const entityArticle = ({ name, type, about, variants }: EntityReference) => html`<article id="${name}">
<h3><a href="#${name}">${name}</a>${variants.length === 0 ? html` <small>${type}</small>` : none}</h3>
${about ? html`<p>${prose(about)}</p>` : none}
${join(variants.map((fields, index) => fieldTable(index === 0 ? 'fields' : 'or', fields)))}
</article>`

const errorSection = ({ errors }: Reference, shared: ReadonlySet<string>) => html`<section>
<h2 id="errors"><a href="#errors">errors</a></h2>
<p>Every operation may answer ${join(
  [...shared].map((code, index) => html`${index > 0 ? ', ' : ''}<a href="#error-${code}"><code>${code}</code></a>`),
)}; further errors are listed with each operation. An error has a <code>requestId</code>, by which you find its cause in the
server’s log.</p>
<table>
<thead><tr><th scope="col">code</th><th scope="col">status</th><th scope="col">what it means</th></tr></thead>
<tbody>${join(
  errors.map(
    ({ code, status, retry, meaning }) => html`<tr id="error-${code}">
<th scope="row"><code>${code}</code></th><td>${status}</td>
<td>${prose(meaning)}${retry ? html` <small>the same request may succeed later</small>` : none}</td>
</tr>`,
  ),
)}</tbody>
</table>
</section>`

const contents = ({ features, entities }: Reference) => html`<nav aria-label="Contents">
<p class="name"><a href="#top">Parley</a></p>
<ul><li><a href="#start">Start here</a></li></ul>
${join(
  features.map(
    ({ name, operations, events }) => html`<details open>
<summary><a href="#${name}">${name}</a></summary>
<ul>${join([...operations, ...events].map((entry) => html`<li><a href="#${entry.name}"${'durable' in entry ? raw(' class="event"') : none}>${entry.name}</a></li>`))}</ul>
</details>`,
  ),
)}
<details>
<summary><a href="#entities">entities</a></summary>
<ul>${join(entities.map(({ name }) => html`<li><a href="#${name}">${name}</a></li>`))}</ul>
</details>
<ul><li><a href="#errors">errors</a></li></ul>
</nav>`

/** The errors that every operation on a socket may answer. */
const sharedErrors = ({ features }: Reference): ReadonlySet<string> => {
  const lists = features.flatMap(({ operations }) =>
    operations.filter(({ onSocket }) => onSocket).map(({ errors }) => errors),
  )
  return new Set(lists[0]?.filter((code) => lists.every((list) => list.includes(code))))
}

/**
 * Returns the whole reference as one page of HTML, made anew at each call. Its links are relative to `/docs/api`, where
 * it must be served.
 */
export function referencePage(all: Reference): string {
  const shared = sharedErrors(all)
  return `${html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Parley API, protocol ${all.version}</title>
<link rel="stylesheet" href="api/style.css">
</head>
<body id="top">
<a class="skip" href="#start">To the text</a>
${contents(all)}
<main>
${introduction(all)}
${join(all.features.map((feature) => featureSection(feature, shared)))}
<section>
<h2 id="entities"><a href="#entities">entities</a></h2>
<p>The types of inputs, replies and events. A client must ignore fields that it does not know.</p>
${join(all.entities.map(entityArticle))}
</section>
${errorSection(all, shared)}
</main>
</body>
</html>
`}`
}
