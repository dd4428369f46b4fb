import type { Membership, Role, User } from '@parley/protocol'
import { useEffect, useMemo } from 'react'
import { useChat, useChatState, useConversationState } from '../hooks/use-chat.ts'
import { useMe } from '../users/use-users.ts'
import { ownRole, rankOf } from './permissions.ts'

export interface Member {
  membership: Membership
  user: User
}

/** Loads the members of a conversation as long as they are wanted; afterwards the SDK keeps them up to date. */
export function useLoadMembers(conversationId: string): void {
  const chat = useChat()
  const isLoaded = useConversationState(conversationId, (held) => held?.membershipsLoaded ?? true)
  const isOnline = useChatState((state) => state.status === 'online')
  useEffect(() => {
    // A failure here is no news: the connection says so itself, and being online again asks again.
    if (!isLoaded && isOnline) chat.memberships.loadAll(conversationId).catch(() => undefined)
  }, [chat, conversationId, isLoaded, isOnline])
}

/** Those in a conversation, or in one of these states, the higher roles first and then by name. */
export function useMembers(conversationId: string, state: Membership['state'] = 'active'): Member[] {
  const memberships = useConversationState(conversationId, (held) => held?.memberships)
  const users = useChatState((known) => known.users)
  return useMemo(
    () =>
      Object.values(memberships ?? {})
        .flatMap((membership) => {
          const user = users[membership.userId]
          return membership.state === state && user ? [{ membership, user }] : []
        })
        .sort(byRoleAndName),
    [memberships, users, state],
  )
}

function byRoleAndName(a: Member, b: Member): number {
  return (
    rankOf(b.membership.role) - rankOf(a.membership.role) ||
    a.user.displayName.localeCompare(b.user.displayName) ||
    (a.user.id < b.user.id ? -1 : 1)
  )
}

/** One's own role in a room. */
export function useOwnRole(conversationId: string): Role | undefined {
  const me = useMe()?.id
  return useConversationState(conversationId, (held) => ownRole(held, me))
}
