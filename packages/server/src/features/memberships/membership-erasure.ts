import type { Erasure } from '../../core/erasure.ts'
import { changeMemberships } from './membership-changes.ts'

/**
 * Ends the membership of an erased user and clears their read and delivered positions; the event contains the user
 * without a name. If they were the only owner of a room, another active member becomes the owner (`heirOf`), if there
 * is one. A direct conversation is closed like a blocked one.
 */
export const membershipErasure: Erasure = {
  inConversation: async (context) => {
    const { store, reach } = context
    const { membership, conversation } = reach
    const { conversation_id, user_id } = membership
    const isLastOwner =
      conversation.kind === 'room' &&
      membership.state === 'active' &&
      membership.role === 'owner' &&
      (await store.memberships.ownerIds(conversation_id, 2)).length === 1
    const heir = isLastOwner ? await store.memberships.heirOf(conversation_id, user_id) : undefined
    await store.memberships.forgetMarks({ conversation_id, user_id })
    // Closed like a blocked conversation, because no user could answer there.
    if (conversation.kind === 'direct') await store.conversations.updateAll([conversation_id], { direct_blocked: 1 })
    await changeMemberships(context, conversation, [
      { user_id, role: 'member', state: 'left' },
      ...(heir === undefined ? [] : [{ user_id: heir, role: 'owner' as const, state: 'active' as const }]),
    ])
    return undefined
  },
}
