import type { Hook, Output } from '@parley/protocol'
import type { CallOptions } from '../chat.ts'
import { type ClientContext, read } from '../client-context.ts'
import type { ClientFeature } from '../client-feature.ts'

export interface Hooks {
  /**
   * Makes an incoming webhook of a room, with a bot of that name. `path` is the address below that of the server to which other
   * systems post `{ text }`; it holds a secret, and is given only here. For admins of the room.
   *
   * @example
   * const { path } = await chat.hooks.create(room.id, 'Builds')
   */
  create(conversationId: string, name: string, options?: CallOptions): Promise<Output<'hook.create'>>
  /** Those of a room. */
  list(conversationId: string, options?: CallOptions): Promise<Hook[]>
  /** Ends one; its bot leaves the room. */
  revoke(conversationId: string, hookId: string, options?: CallOptions): Promise<void>
}

export const hooks: ClientFeature<Hooks> = { create: createHooks }

function createHooks(context: ClientContext): Hooks {
  const { call } = context
  return {
    create: (conversationId, name, options) => call('hook.create', { conversationId, name }, options),
    list: async (conversationId, options) => (await read(context, 'hook.list', { conversationId }, options)).hooks,
    async revoke(conversationId, hookId, options) {
      await call('hook.revoke', { conversationId, hookId }, options)
    },
  }
}
