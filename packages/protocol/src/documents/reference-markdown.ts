import type { Field } from './fields.ts'
import type { EntityReference, EventReference, OperationReference, Reference, Shape } from './reference.ts'

const code = (text: string) => `\`${text}\``
/** Escapes bars, which would end the cell. */
const cell = (text: string) => text.replaceAll('|', '\\|')

const row = ({ name, type, required, default: value, about }: Field, place?: string) => {
  const optional = value === undefined ? 'optional' : `default ${code(value)}`
  const notes = [place, required ? undefined : optional].filter((note) => note !== undefined).join(', ')
  return `| ${[code(name), code(type), notes, about].map(cell).join(' | ')} |`
}

const table = (fields: Field[], placeOf?: (name: string) => string) => [
  '| field | type | | |',
  '| --- | --- | --- | --- |',
  ...fields.map((field) => row(field, placeOf?.(field.name))),
  '',
]

const shape = (caption: string, { entity, fields }: Shape, placeOf?: (name: string) => string) => {
  if (entity) return [`${caption}: [${code(entity)}](#${entity.toLowerCase()})`, '']
  return fields.length === 0 ? [`${caption}: nothing`, ''] : [`${caption}:`, '', ...table(fields, placeOf)]
}

const operation = ({
  name,
  summary,
  onSocket,
  method,
  path,
  inPath,
  rest,
  input,
  example,
  output,
  errors,
}: OperationReference) => [
  `### ${name}`,
  '',
  summary,
  '',
  `${onSocket ? `Socket ${code(name)}, HTTP` : 'HTTP only,'} ${code(`${method} ${path}`)}`,
  '',
  ...shape('Input', input, (field) => (inPath.includes(field) ? 'path' : rest)),
  ...(example === '{}' ? [] : [`Example: ${code(example)}`, '']),
  ...shape('Reply', output),
  `Errors: ${errors.map(code).join(', ')}`,
  '',
]

const event = ({ name, summary, durable, payload }: EventReference) => [
  `### ${name}`,
  '',
  `${durable ? 'Durable' : 'Ephemeral'} event. ${summary}`,
  '',
  ...shape('Payload', payload),
]

const entity = ({ name, type, about, variants }: EntityReference) => [
  `### ${name}`,
  '',
  ...(about ? [about, ''] : []),
  ...(variants.length === 0 ? [code(type), ''] : variants.flatMap((fields) => table(fields))),
]

/** Returns the reference as one page of Markdown, for readers without a running server. It writes no file. */
export const referenceMarkdown = ({ version, features, entities, errors }: Reference): string =>
  [
    '# Parley API',
    '',
    `Protocol ${version}. \`npm run docs\` generates this page from the catalogue; every server shows the same at \`/docs/api\`, with`,
    'OpenAPI and AsyncAPI documents. Every operation is offered over HTTP, and all except those marked “HTTP only” also over the',
    'Socket.IO namespace `/v1`, with the same input, reply (`{ ok: true, data }` or `{ ok: false, error }`) and errors.',
    '',
    ...features.flatMap(({ name, about, operations, events }) => [
      `## ${name}`,
      '',
      about,
      '',
      ...operations.flatMap(operation),
      ...events.flatMap(event),
    ]),
    '## entities',
    '',
    ...entities.flatMap(entity),
    '## errors',
    '',
    '| code | status | may succeed later | meaning |',
    '| --- | --- | --- | --- |',
    ...errors.map(
      ({ code: name, status, retry, meaning }) => `| ${code(name)} | ${status} | ${retry ? 'yes' : ''} | ${meaning} |`,
    ),
    '',
  ].join('\n')
