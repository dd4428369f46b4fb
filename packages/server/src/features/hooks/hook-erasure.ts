import type { Erasure } from '../../core/erasure.ts'
import { endHooks } from './hooks.ts'

/** Ends the incoming webhooks that an erased user made (`endHooks`), and deletes that of an erased bot. */
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
