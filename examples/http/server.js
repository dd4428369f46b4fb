import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { builtInWebRoot, createParley } from '@parley/server'

// The application: people sign in, a cookie remembers them, and they have orders.
const users = new Map()
const page = await readFile(new URL('page.html', import.meta.url))
const userOf = ({ cookie = '' }) => users.get(cookie.match(/\bsid=([\w-]+)/)?.[1]) ?? null

const server = createServer((request, response) => {
  const [, route, name] = request.url.split('/')
  if (request.method === 'POST' && route === 'sign-in') {
    const sid = randomUUID()
    users.set(sid, { id: name, username: name })
    const cookie = `sid=${sid}; Path=/; HttpOnly; SameSite=Lax`
    return response.writeHead(303, { 'Set-Cookie': cookie, Location: '/' }).end()
  }
  if (route === '') return response.writeHead(200, { 'Content-Type': 'text/html' }).end(page)
  const user = userOf(request.headers)
  response.end(user ? `The orders of ${user.username}` : 'Sign in first')
})

// The chat.
const parley = await createParley({
  dataDir: './chat',
  webRoot: builtInWebRoot,
  authenticate: ({ headers }) => userOf(headers),
})
parley.attach(server)
process.once('SIGTERM', () => server.close(() => parley.close()))

server.listen(process.env.PORT ?? 3000, '127.0.0.1', () => console.log('ready'))
