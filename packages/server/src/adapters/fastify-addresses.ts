import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { readBasePath } from '../web/mounting/url-below.ts'

const pathsBelow = (basePath: string): string[] =>
  basePath === '' ? ['/api/v1/*', '/socket.io/*', '/io/*'] : [basePath, `${basePath}/*`]

/**
 * Adds routes that pass requests for Parley on to `app.server`. A Fastify application that listens on `localhost` has a
 * server for each address of that name, but Parley is attached to `app.server` only. Fastify passes on upgrades by
 * itself.
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
