import type { User } from '@parley/protocol'
import { putRows } from '../cache/records.ts'
import type { ChatState } from '../chat-state.ts'

const sameUser = (a: User, b: User) =>
  a.username === b.username && a.displayName === b.displayName && a.avatarUrl === b.avatarUrl && a.role === b.role

const putUsers = (held: Record<string, User>, users: readonly User[]): Record<string, User> =>
  putRows(
    held,
    users.map((user) => {
      const old = held[user.id]
      return old && sameUser(old, user) ? old : user
    }),
    'id',
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

/** Applies the users in an answer. */
export const takeUsers = (state: ChatState, answer: { users: readonly User[] }): ChatState =>
  applyUsers(state, answer.users)

/** Applies the user in an answer. */
export const takeUser = (state: ChatState, { user }: { user: User }): ChatState => applyUsers(state, [user])
