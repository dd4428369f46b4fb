import { readFile } from 'node:fs/promises'
import cookie from '@fastify/cookie'
import session from '@fastify/session'
import { builtInWebRoot } from '@parley/server'
import { parleyPlugin } from '@parley/server/fastify'
import fastify from 'fastify'

// The application: people sign in, a session remembers them, and they have orders.
const app = fastify()
await app.register(cookie)
await app.register(session, {
  secret: process.env.SESSION_SECRET ?? 'for trying it out, and of 32 characters',
  saveUninitialized: false,
  cookie: { secure: false, sameSite: 'lax' },
})
app.post('/sign-in/:name', async (request, reply) => {
  const { name } = request.params
  request.session.user = { id: name, username: name }
  return reply.redirect('/', 303)
})
const page = await readFile(new URL('page.html', import.meta.url))
app.get('/', async (_, reply) => reply.type('text/html').send(page))
app.get('/me', async (request) => ({ user: request.session.user ?? null }))
app.get('/api/v1/orders', async ({ session: { user } }) => (user ? `The orders of ${user.username}` : 'Sign in first'))

// The chat. A route of the application tells it which user a request belongs to.
await app.register(parleyPlugin, {
  dataDir: './chat',
  webRoot: builtInWebRoot,
  authenticate: async ({ headers: { cookie } }) =>
    (await app.inject({ url: '/me', headers: { cookie: cookie ?? '' } })).json().user,
})
process.once('SIGTERM', () => app.close())

await app.listen({ port: Number(process.env.PORT ?? 3000) })
console.log('ready')
