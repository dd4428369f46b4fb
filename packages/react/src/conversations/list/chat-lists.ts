import type { ConversationState } from '@parley/client'
import { type ConversationGrouping, groupConversations, sumOfConversations } from '@parley/client/conversation-lists'
import { isHidden } from '../../hidings/is-hidden.ts'

/** The membership of the user `me` in any state; undefined if one of both is undefined, or if the user has none. */
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

/**
 * Makes the lists and sums of one chat that several components share. Each is a function of the state that remembers
 * the last state, and looks only at the conversations that changed since: call it with states of the same chat.
 * `byMembership` has the ids of those that are not hidden, `active` and `invited`, the latest active first. `shown` and
 * `hidden` count conversations and invitations, `unread` messages in those that are not hidden, and `unsent` messages
 * in all that the server has not accepted, failed ones included.
 */
export const createChatLists = () => ({
  byMembership: groupConversations(byMembership),
  shown: sumOfConversations((held, state) => (isHidden(held, state) ? 0 : 1)),
  hidden: sumOfConversations((held, state) => (isHidden(held, state) ? 1 : 0)),
  unread: sumOfConversations((held, state) => (isHidden(held, state) ? 0 : held.unread)),
  unsent: sumOfConversations(({ pending }) => pending.filter(({ seq }) => seq === null).length),
})

export type ChatLists = ReturnType<typeof createChatLists>
