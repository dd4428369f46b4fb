import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Credentials, HostUser } from './authenticate.ts'

/** Middleware as Express, Passport and `express-session` have it. Declared as a method, so that it may want a request of its own kind. */
export type Middleware = {
  handle(request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): unknown
}['handle']

type AuthenticateByHost = (credentials: Credentials) => Promise<HostUser | null> | HostUser | null

/**
 * Lets the host's middleware see a request before the host is asked whose it is. One that answers by itself, instead of
 * letting the next one have the request, refuses it; its answer goes nowhere, and so do the cookies that it sets.
 */
export function afterMiddleware(
  authenticate: AuthenticateByHost,
  middleware: readonly Middleware[],
): AuthenticateByHost {
  if (middleware.length === 0) return authenticate
  return async (credentials) => {
    const { request } = credentials
    if (request && !(await isPassed(request, middleware))) return null
    return authenticate(credentials)
  }
}

async function isPassed(request: IncomingMessage, middleware: readonly Middleware[]): Promise<boolean> {
  const response = new ServerResponse(request)
  for (const each of middleware) {
    const isNextWanted = await new Promise<boolean>((resolve, reject) => {
      response.end = () => {
        resolve(false)
        return response
      }
      const next = (error?: unknown) => (error ? reject(error) : resolve(true))
      Promise.resolve(each(request, response, next)).catch(reject)
    })
    if (!isNextWanted) return false
  }
  return true
}
