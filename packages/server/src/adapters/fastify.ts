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
 * A plugin for Fastify 5: creates a Parley server, attaches it to the application's server below `basePath` (by default
 * `/parley`), and provides it as `app.parley` in the whole application. It closes it before the application closes. The
 * registration rejects as `createParley` does, and also a second time, because an application has one `app.parley`.
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

// As `fastify-plugin` does: the decoration is visible in the whole application, not only in the scope of this plugin.
Object.assign(parleyPlugin, { [Symbol.for('skip-override')]: true, [Symbol.for('fastify.display-name')]: 'parley' })
