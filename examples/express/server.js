import { fileURLToPath } from 'node:url'
import { builtInWebRoot, createParley } from '@parley/server'
import express from 'express'
import session from 'express-session'

// The application: people sign in, a session remembers them, and they have orders.
const app = express()
const sessions = session({
  secret: process.env.SESSION_SECRET ?? 'for trying it out',
  resave: false,
  saveUninitialized: false,
  cookie: { sameSite: 'lax' },
})
app.use(sessions)
app.post('/sign-in/:name', (request, response) => {
  const { name } = request.params
  request.session.user = { id: name, username: name }
  response.redirect(303, '/')
})
app.get('/', (_, response) => response.sendFile(fileURLToPath(new URL('page.html', import.meta.url))))
app.get('/api/v1/orders', ({ session: { user } }, response) => {
  response.send(user ? `The orders of ${user.username}` : 'Sign in first')
})
const server = app.listen(process.env.PORT ?? 3000, '127.0.0.1')

// The chat.
const parley = await createParley({
  dataDir: './chat',
  webRoot: builtInWebRoot,
  middleware: [sessions],
  authenticate: ({ request }) => request.session.user ?? null,
})
parley.attach(server)
process.once('SIGTERM', () => server.close(() => parley.close()))

console.log('ready')
