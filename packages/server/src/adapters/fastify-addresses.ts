import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { readBasePath } from '../web/mounting/url-below.ts'

const pathsBelow = (basePath: string): string[] =>
  basePath === '' ? ['/api/v1/*', '/socket.io/*', '/io/*'] : [basePath, `${basePath}/*`]

/**
 * Makes Parley answer on every address of a Fastify application: on `localhost` it has a server for each address of
 * that name, and Parley is attached to `app.server` only. Registers routes of all methods for `basePath` and everything
 * below it (for `/`: only `/api/v1`, `/socket.io` and `/io`). They pass each request on to `app.server`, with its body
 * unread; if Parley is attached no more, the application's not-found handler answers. Call it before the application is
 * ready; an invalid `basePath` makes that fail. Upgrades need no route, because Fastify passes them on by itself.
 */
export function serveEveryAddress(app: FastifyInstance, basePath = '/parley'): void {
  const passedOn = new WeakSet<IncomingMessage>()
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    // Parley reads the body itself.
    scope.addContentTypeParser('*', (_request, _body, done) => done(null))
    for (const url of pathsBelow(readBasePath(basePath))) {
      scope.all(url, (request, reply) => {
        // The request was passed on before: Parley is not attached any more.
        if (passedOn.has(request.raw)) return reply.callNotFound()
        passedOn.add(request.raw)
        reply.hijack()
        app.server.emit('request', request.raw, reply.raw)
      })
    }
  })
}
