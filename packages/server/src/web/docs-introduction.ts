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

/** What one must know before the list of operations makes sense. */
export const introduction = ({ version, features }: Reference) => html`<header id="start">
<h1>Parley API</h1>
<p class="lead">${features.flatMap(({ operations }) => operations).length} operations and
${features.flatMap(({ events }) => events).length} events, protocol ${version}. Every operation is offered over a socket
and over HTTP, with the same input, the same reply and the same errors.</p>
<p class="files">For tools: <a href="api/openapi.json">openapi.json</a> (OpenAPI 3.1) and
<a href="api/asyncapi.json">asyncapi.json</a> (AsyncAPI 3.0).</p>

<h2 id="over-a-socket"><a href="#over-a-socket">Over a socket</a></h2>
<p>A Socket.IO namespace, <code>/v1</code>, with plain JSON, so that any Socket.IO client will do. An operation is an event
with an acknowledgement. A minute before the token ends comes <a href="#session.expiring"><code>session.expiring</code></a>;
answer it with <a href="#session.renew"><code>session.renew</code></a>.</p>
<pre><code>${overSocket(version)}</code></pre>

<h2 id="over-http"><a href="#over-http">Over HTTP</a></h2>
<p>Under <code>/api/v1</code>. Names such as <code>:conversationId</code> are filled from the input; the rest is the query
of <code>GET</code> and <code>DELETE</code>, and the JSON body of everything else.</p>
<pre><code>${overHttp}</code></pre>

<h2 id="replies"><a href="#replies">Replies</a></h2>
<p>Always one of these two. Over HTTP the status says the same as the code of the <a href="#errors">error</a>.</p>
<pre><code>${envelopes}</code></pre>

<h2 id="nothing-missed"><a href="#nothing-missed">Missing nothing</a></h2>
<p>A conversation counts its changes: each takes the next <code>rev</code>, and a durable event carries it together with
the rows as they are now. A client that holds rev <var>n</var> applies <var>n</var> + 1 and ignores what is older; past that
it has missed something and asks <a href="#sync.run"><code>sync.run</code></a>, as it does after every connect, and again
while the answer says <code>hasMore</code>. A row is taken over if its rev is newer than the one held, so applying it twice does no harm. Ephemeral events (typing, presence,
receipts of others) are sent once and forgotten.</p>
</header>`
