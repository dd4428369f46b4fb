import type { Erasure } from '../../core/erasure.ts'
import { takeBack } from './reactions.ts'

/** In one slice: so many revs are looked at, and so many reactions go. */
const most = { revs: 5_000, reactions: 50 }

/** Takes back how somebody reacted. On messages that are deleted nobody sees it, so it just goes. */
export const reactionErasure: Erasure = {
  inConversation: async (context, from) => {
    const { store, reach, caller } = context
    const { id, rev } = reach.conversation
    const upTo = from + most.revs
    const found = await store.reactions.standingOf(
      caller.user.id,
      { conversationId: id, after: from, upTo },
      most.reactions,
    )
    for (const { reaction, isShown } of found) {
      if (isShown) await takeBack(reaction, context)
      else await store.reactions.drop(reaction)
    }
    const reached = found.length < most.reactions ? upTo : (found.at(-1)?.reaction.rev ?? upTo)
    return reached < rev ? reached : undefined
  },
}
