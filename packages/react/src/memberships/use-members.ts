import type { Membership, Role, User } from '@parley/protocol'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useChat, useChatState, useConversationState } from '../hooks/use-chat.ts'
import { useMe } from '../users/use-users.ts'
import { ownRole, rankOf } from './permissions.ts'

export interface Member {
  membership: Membership
  user: User
}

/** The loading of the members of a conversation. */
export interface MembersLoading {
  /** Why the last load failed; null before its end, and after a success. */
  error: unknown
  /** Loads them again. */
  retry: () => void
}

/**
 * Loads the members of a conversation when it is mounted; afterwards the SDK keeps them up to date. Does nothing while
 * they are loaded or the conversation is not known. It waits for a connection. `error` says why the last load failed;
 * it is null while they are loaded. After a failure it tries again only by `retry`, when the connection was lost and is
 * back, or when it is mounted again.
 */
export function useLoadMembers(conversationId: string): MembersLoading {
  const chat = useChat()
  const isLoaded = useConversationState(conversationId, (held) => held?.membershipsLoaded ?? true)
  const isOnline = useChatState((state) => state.status === 'online')
  const [failure, setFailure] = useState<{ conversationId: string; error: unknown } | null>(null)
  const load = useCallback(() => {
    setFailure(null)
    chat.memberships.loadAll(conversationId).catch((error) => setFailure({ conversationId, error }))
  }, [chat, conversationId])
  useEffect(() => {
    if (!isLoaded && isOnline) load()
  }, [load, isLoaded, isOnline])
  const error = !isLoaded && failure?.conversationId === conversationId ? failure.error : null
  return { error, retry: load }
}

/**
 * The known members in this state, sorted by role (highest first), then by name; without those whose profile is not
 * known. It loads nothing: until `useLoadMembers` has loaded all, the list can be incomplete.
 */
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

/** One's own role in a room; undefined if one is no active member, and in a direct conversation. */
export function useOwnRole(conversationId: string): Role | undefined {
  const me = useMe()?.id
  return useConversationState(conversationId, (held) => ownRole(held, me))
}
