import { readFile } from 'node:fs/promises'
import { serve } from '@hono/node-server'
import { builtInWebRoot, createParley } from '@parley/server'
import { Hono } from 'hono'
import { getSignedCookie, setSignedCookie } from 'hono/cookie'

// The application: people sign in, a signed cookie remembers them, and they have orders.
const secret = process.env.SESSION_SECRET ?? 'for trying it out'
const app = new Hono()
app.post('/sign-in/:name', async (c) => {
  await setSignedCookie(c, 'user', c.req.param('name'), secret, { httpOnly: true, sameSite: 'Lax' })
  return c.redirect('/', 303)
})
const page = await readFile(new URL('page.html', import.meta.url), 'utf8')
app.get('/', (c) => c.html(page))
app.get('/me', async (c) => {
  const name = await getSignedCookie(c, secret, 'user')
  return c.json(name ? { id: name, username: name } : null)
})
app.get('/api/v1/orders', async (c) => {
  const name = await getSignedCookie(c, secret, 'user')
  return c.text(name ? `The orders of ${name}` : 'Sign in first')
})
const server = serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000), hostname: '127.0.0.1' })

// The chat. A route of the application tells it which user a request belongs to.
const parley = await createParley({
  dataDir: './chat',
  webRoot: builtInWebRoot,
  authenticate: async ({ headers }) => (await app.request('/me', { headers: { cookie: headers.cookie ?? '' } })).json(),
})
parley.attach(server)
process.once('SIGTERM', () => server.close(() => parley.close()))

console.log('ready')
