import type { Erasure } from '../../core/erasure.ts'
import { endHooks } from './hooks.ts'

/** Deletes the incoming webhooks that an erased user made, and that of an erased bot. */
export const hookErasure: Erasure = {
  inConversation: async (context) => {
    const { store, caller, reach } = context
    const { conversation } = reach
    await endHooks(context, conversation, await store.hooks.madeBy(conversation.id, caller.user.id))
    return undefined
  },
  ofAccount: async ({ store, caller }) => {
    await store.hooks.removeOf(caller.user.id)
    return undefined
  },
}
