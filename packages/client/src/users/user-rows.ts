import type { User } from '@parley/protocol'
import { putAll } from '../cache/records.ts'
import type { ChatState } from '../chat-state.ts'

const sameUser = (a: User, b: User) =>
  a.username === b.username && a.displayName === b.displayName && a.avatarUrl === b.avatarUrl && a.role === b.role

const putUsers = (held: Record<string, User>, users: readonly User[]): Record<string, User> =>
  putAll(
    held,
    users.map((user) => {
      const old = held[user.id]
      return [user.id, old && sameUser(old, user) ? old : user] as const
    }),
  )

/**
 * Adds users to the state, also the own one to `me`, and replaces held ones: profiles have no rev, so the last given
 * one wins. Equal profiles stay the same objects; the same state if all are equal.
 */
export function applyUsers(state: ChatState, given: readonly User[]): ChatState {
  const users = putUsers(state.users, given)
  const me = (state.me && users[state.me.id]) ?? state.me
  return users === state.users && me === state.me ? state : { ...state, users, me }
}
