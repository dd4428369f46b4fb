import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { readBasePath } from '../web/mounting/url-below.ts'

const pathsBelow = (basePath: string): string[] =>
  basePath === '' ? ['/api/v1/*', '/socket.io/*', '/io/*'] : [basePath, `${basePath}/*`]

/**
 * An application of Fastify that listens on `localhost` has a server for each address of that name, and only one of them is
 * `app.server`. Fastify passes upgrades on from the others; these routes do it with requests.
 */
export function serveEveryAddress(app: FastifyInstance, basePath = '/parley'): void {
  const passedOn = new WeakSet<IncomingMessage>()
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    // Parley reads the body itself.
    scope.addContentTypeParser('*', (_request, _body, done) => done(null))
    for (const url of pathsBelow(readBasePath(basePath))) {
      scope.all(url, (request, reply) => {
        // It comes back from a server that Parley has left.
        if (passedOn.has(request.raw)) return reply.callNotFound()
        passedOn.add(request.raw)
        reply.hijack()
        app.server.emit('request', request.raw, reply.raw)
      })
    }
  })
}
