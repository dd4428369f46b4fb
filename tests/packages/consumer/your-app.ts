import type { IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:http'
import type { HostUser } from '@parley/server'
import express from 'express'
import session from 'express-session'

/* What the pages of the guide call the reader's own. */

declare module 'express-session' {
  interface SessionData {
    user: HostUser
  }
}

const ana: HostUser = { id: 'ana', username: 'ana' }

export const sessions = session({ secret: 'for the test', resave: false, saveUninitialized: false })
export const app = express()
app.use(sessions)
app.post('/sign-in', (request, response) => {
  request.session.user = ana
  response.sendStatus(204)
})

export const server = createServer(app)
export const userOfCookie = (cookie: IncomingHttpHeaders['cookie']) => (cookie?.includes('sid=ana') ? ana : null)
export const userOfToken = (token: string | undefined) => (token === 'token-of-ana' ? ana : null)
