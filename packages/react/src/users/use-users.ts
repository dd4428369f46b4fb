import type { User } from '@parley/protocol'
import { useChatEntry, useChatSelection, useChatState } from '../hooks/use-chat.ts'

/** Who is signed in; null before the first sync. */
export const useMe = (): User | null => useChatState((state) => state.me)

/** A user, as far as this device knows them. */
export const useUser = (userId: string | undefined): User | undefined => useChatEntry('users', userId)

/** The names of some users, in their order; those who are unknown are left out. */
export const useDisplayNames = (userIds: readonly string[]): string[] =>
  useChatSelection((state) => userIds.flatMap((id) => state.users[id]?.displayName ?? []))
