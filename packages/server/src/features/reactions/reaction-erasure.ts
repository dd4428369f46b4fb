import type { Erasure } from '../../core/erasure.ts'
import { removeReaction } from './reactions.ts'

/** In one slice: the range of revs that is searched, and the reactions that are removed. */
const most = { revs: 5_000, reactions: 50 }

/**
 * Removes the reactions of an erased user, with an event for each. Those to deleted messages, which no user sees, are
 * deleted without an event.
 */
export const reactionErasure: Erasure = {
  inConversation: async (context, from) => {
    const { store, reach, caller } = context
    const { id, rev } = reach.conversation
    const upTo = from + most.revs
    const found = await store.reactions.presentOf(
      caller.user.id,
      { conversationId: id, after: from, upTo },
      most.reactions,
    )
    for (const { reaction, isShown } of found) {
      if (isShown) await removeReaction(reaction, context)
      else await store.reactions.drop(reaction)
    }
    const reached = found.length < most.reactions ? upTo : (found.at(-1)?.reaction.rev ?? upTo)
    return reached < rev ? reached : undefined
  },
}
