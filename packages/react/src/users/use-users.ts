import type { User } from '@parley/protocol'
import { useChatEntry, useChatSelection, useChatState } from '../hooks/use-chat.ts'

/** The signed-in user; null before the first sync. */
export const useMe = (): User | null => useChatState((state) => state.me)

/** A user from the state; undefined if this device does not know them, and without an id. It loads nothing. */
export const useUser = (userId: string | undefined): User | undefined => useChatEntry('users', userId)

/**
 * The display names of users, in the order of the ids; unknown users are left out, so the array can be shorter. It
 * loads nothing. The same array until a name in it or the list of ids changes.
 */
export const useDisplayNames = (userIds: readonly string[]): string[] =>
  useChatSelection((state) => userIds.flatMap((id) => state.users[id]?.displayName ?? []))
