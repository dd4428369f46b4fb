import type { User } from '@parley/protocol'
import { useChatEntry, useChatSelection, useChatState } from '../hooks/use-chat.ts'

/** The signed-in user; null before the first sync. */
export const useMe = (): User | null => useChatState((state) => state.me)

/** A user, as far as this device knows them. */
export const useUser = (userId: string | undefined): User | undefined => useChatEntry('users', userId)

/** The display names of users, in the order of the ids, without unknown users. */
export const useDisplayNames = (userIds: readonly string[]): string[] =>
  useChatSelection((state) => userIds.flatMap((id) => state.users[id]?.displayName ?? []))
