import { createServer } from 'node:http'
import { builtInWebRoot, createParley } from '@parley/server'
import next from 'next'
import { userOf } from './sessions.js'

// The application, with a server of its own, because Next.js cannot serve websockets itself.
const app = next({ dev: process.env.NODE_ENV !== 'production' })
await app.prepare()
const handle = app.getRequestHandler()
const server = createServer((request, response) => handle(request, response))

// The chat.
const parley = await createParley({
  dataDir: './chat',
  webRoot: builtInWebRoot,
  authenticate: ({ headers }) => userOf(headers.cookie),
})
parley.attach(server)
process.once('SIGTERM', () => server.close(() => parley.close()))

server.listen(process.env.PORT ?? 3000, '127.0.0.1', () => console.log('ready'))
