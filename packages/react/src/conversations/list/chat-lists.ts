import type { ConversationState } from '@parley/client'
import { type ConversationGrouping, groupConversations, sumOfConversations } from '@parley/client/conversation-lists'
import { isHidden } from '../../hidings/is-hidden.ts'

/** The person's own membership; undefined while it is not known who that is. */
export const ownMembership = (held: ConversationState | undefined, me: string | undefined) =>
  me === undefined ? undefined : held?.memberships[me]

const byMembership: ConversationGrouping<'active' | 'invited'> = {
  groups: ['active', 'invited'],
  basis: ({ me }) => [me?.id],
  groupOf(held, state) {
    const standing = ownMembership(held, state.me?.id)?.state
    return (standing === 'active' || standing === 'invited') && !isHidden(held, state) ? standing : null
  },
}

/** The lists of one chat that several components show; each follows the state from change to change. */
export const createChatLists = () => ({
  byMembership: groupConversations(byMembership),
  count: sumOfConversations(() => 1),
  unread: sumOfConversations(({ unread }) => unread),
  unsent: sumOfConversations(({ pending }) => pending.filter(({ seq }) => seq === null).length),
})

export type ChatLists = ReturnType<typeof createChatLists>
