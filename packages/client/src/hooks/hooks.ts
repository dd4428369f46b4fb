import type { Hook, Output } from '@parley/protocol'
import type { CallOptions } from '../chat.ts'
import { type ClientContext, read } from '../client-context.ts'
import type { ClientFeature } from '../client-feature.ts'

/** Incoming webhooks of rooms. Promises reject with a ChatError (`forbidden` if no admin) or an abort’s reason. */
export interface Hooks {
  /**
   * Makes an incoming webhook of a room, with a bot of that name. Other systems post `{ text }` to `path`, below the
   * address of the server; it contains a secret, and is returned only here. For admins of the room.
   *
   * @example
   * const { path } = await chat.hooks.create(room.id, 'Builds')
   */
  create(conversationId: string, name: string, options?: CallOptions): Promise<Output<'hook.create'>>
  /** The incoming webhooks of a room, without their secrets. */
  list(conversationId: string, options?: CallOptions): Promise<Hook[]>
  /** Ends an incoming webhook; its bot leaves the room. */
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
