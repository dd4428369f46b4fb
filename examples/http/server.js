import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { createParley } from '@parley/server'

// The application: people sign in, a cookie remembers them, and they have orders.
const users = new Map()
const userOf = ({ cookie = '' }) => users.get(cookie.match(/\bsid=([\w-]+)/)?.[1]) ?? null

const server = createServer((request, response) => {
  const [, route, name] = request.url.split('/')
  if (request.method === 'POST' && route === 'sign-in') {
    const sid = randomUUID()
    users.set(sid, { id: name, username: name })
    return response.writeHead(204, { 'Set-Cookie': `sid=${sid}; Path=/; HttpOnly; SameSite=Lax` }).end()
  }
  const user = userOf(request.headers)
  response.end(user ? `The orders of ${user.username}` : 'Sign in first')
})

// The chat.
const parley = await createParley({
  dataDir: './chat',
  authenticate: ({ headers }) => userOf(headers),
})
parley.attach(server)
process.once('SIGTERM', () => server.close(() => parley.close()))

server.listen(process.env.PORT ?? 3000, '127.0.0.1', () => console.log('ready'))
