import type { FastifyPluginAsync } from 'fastify'
import type { ParleyOptions } from '../parley-options.ts'
import { createParley, type Parley } from '../server.ts'
import { serveEveryAddress } from './fastify-addresses.ts'

declare module 'fastify' {
  interface FastifyInstance {
    parley: Parley
  }
}

/**
 * Parley in an application of Fastify 5: on its server, as `app.parley`, and closed before it.
 *
 * @example
 * await app.register(parleyPlugin, { dataDir: './chat', authenticate: ({ headers }) => userOfCookie(headers.cookie) })
 */
export const parleyPlugin: FastifyPluginAsync<ParleyOptions> = async (app, options) => {
  const parley = await createParley(options)
  // Fastify waits for every connection before it closes anything else.
  app.addHook('preClose', () => parley.close())
  parley.attach(app.server)
  serveEveryAddress(app, options.basePath)
  app.decorate('parley', parley)
}

// As `fastify-plugin` does it: what is decorated here belongs to the whole application.
Object.assign(parleyPlugin, { [Symbol.for('skip-override')]: true, [Symbol.for('fastify.display-name')]: 'parley' })
