import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Credentials, HostUser } from './authenticate.ts'

/**
 * Middleware in the form of Express and Passport. Declared as a method, so that its parameter may be a subtype of the
 * request.
 */
export type Middleware = {
  handle(request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): unknown
}['handle']

type AuthenticateByHost = (credentials: Credentials) => Promise<HostUser | null> | HostUser | null

/**
 * Makes an `authenticate` that first runs the host's middleware on the request, one after another. It resolves with
 * null if one ends the response instead of calling `next`. It rejects if one throws or calls `next` with an error, and
 * waits without a limit for one that does neither. The response is discarded with its headers and cookies. Credentials
 * without a request skip the middleware. Without middleware the given function itself is returned.
 */
export function afterMiddleware(
  authenticate: AuthenticateByHost,
  middleware: readonly Middleware[],
): AuthenticateByHost {
  if (middleware.length === 0) return authenticate
  return async (credentials) => {
    const { request } = credentials
    if (request && !(await passes(request, middleware))) return null
    return authenticate(credentials)
  }
}

async function passes(request: IncomingMessage, middleware: readonly Middleware[]): Promise<boolean> {
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
