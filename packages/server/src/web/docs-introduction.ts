import type { Reference } from '@parley/protocol'
import { html } from 'hono/html'

const overSocket = (version: number) => `import { io } from 'socket.io-client'

const socket = io('https://chat.example.org/v1', {
  auth: { token: accessToken, protocol: ${version}, client: 'my-client/1.0' },
  transports: ['websocket'],
})
const reply = await socket.emitWithAck('message.send', {
  conversationId,
  id: uuidv7(),
  body: { kind: 'plain', text: 'Good morning' },
})
if (reply.ok) console.log(reply.data.message.seq)

socket.on('message.created', ({ conversationId, rev, messages }) => { /* … */ })`

const overHttp = `curl https://chat.example.org/api/v1/sessions \\
  --json '{ "username": "ana", "password": "correct horse" }'

curl https://chat.example.org/api/v1/conversations \\
  --header "Authorization: Bearer $ACCESS_TOKEN"`

const envelopes = `{ "ok": true, "data": { … } }
{ "ok": false, "error": { "code": "not_found", "message": "…", "requestId": "…" } }`

/** Returns the introduction above the list of operations, as HTML. All that it inserts is escaped. */
export const introduction = ({ version, features }: Reference) => html`<header id="start">
<h1>Parley API</h1>
<p class="lead">${features.flatMap(({ operations }) => operations).length} operations and
${features.flatMap(({ events }) => events).length} events, protocol ${version}. Operations are offered over a socket and
over HTTP, with the same input, the same reply and the same errors; some for backends are offered over HTTP alone.</p>
<p class="files">For tools: <a href="api/openapi.json">openapi.json</a> (OpenAPI 3.1) and
<a href="api/asyncapi.json">asyncapi.json</a> (AsyncAPI 3.0).</p>

<h2 id="over-a-socket"><a href="#over-a-socket">Over a socket</a></h2>
<p>A Socket.IO namespace, <code>/v1</code>, with plain JSON, for any Socket.IO client. An operation is an event with an
acknowledgement. A minute before the token expires the server sends
<a href="#session.expiring"><code>session.expiring</code></a>; then send a new token with
<a href="#session.renew"><code>session.renew</code></a>.</p>
<pre><code>${overSocket(version)}</code></pre>

<h2 id="over-http"><a href="#over-http">Over HTTP</a></h2>
<p>Under <code>/api/v1</code>. Names such as <code>:conversationId</code> are filled from the input; the rest is the query
of <code>GET</code> and <code>DELETE</code>, and the JSON body of everything else.</p>
<pre><code>${overHttp}</code></pre>

<h2 id="replies"><a href="#replies">Replies</a></h2>
<p>Every reply has one of these two forms. Over HTTP the status corresponds to the code of the <a href="#errors">error</a>.</p>
<pre><code>${envelopes}</code></pre>

<h2 id="nothing-missed"><a href="#nothing-missed">Staying in sync</a></h2>
<p>A conversation counts its changes: each takes the next <code>rev</code>, and a durable event carries it together with
the rows as they are now. A client with rev <var>n</var> applies <var>n</var> + 1 and ignores older events; a later one means
that it has missed some. Then it calls <a href="#sync.run"><code>sync.run</code></a>, as after every connect, and again while
the answer says <code>hasMore</code>. A client replaces a row only if the new one has a higher rev, so applying an event twice
does no harm. Ephemeral events (typing, presence, receipts of others) are sent once and not stored.</p>
</header>`
