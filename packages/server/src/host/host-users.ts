import type { User } from '@parley/protocol'
import { type HostUser, readHostUser } from '../auth/authenticate.ts'
import type { UserLifecycle } from '../core/host/user-lifecycle.ts'
import { OperationError } from '../core/operation-error.ts'
import { orParleyError } from './parley-error.ts'

/** A user as a host application describes them. */
export type DescribedUser = Omit<HostUser, 'expiresAt'>

/**
 * Manages users of a host application, beside `authenticate`, which creates and updates those who connect. Rejects with
 * a `ParleyError`.
 */
export interface HostUsers {
  /**
   * Creates a user before their first visit, so that others can find them and write to them, or updates the profile.
   * Also restores a deactivated user. At most 1,000 at once. If one is refused, those before it may already be stored;
   * repeating the call does no harm.
   *
   * @example
   * await parley.users.upsert({ id: 'bo', username: 'bo', displayName: 'Bo' })
   */
  upsert(user: DescribedUser): Promise<User>
  upsert(users: readonly DescribedUser[]): Promise<User[]>
  /**
   * Ends all sessions and sockets of a user and refuses them from then on, even if `authenticate` accepts them.
   * Searches do not find them any more. Their messages stay, with their name.
   */
  deactivate(userId: string): Promise<void>
  /** Admits a deactivated user again. The ended sessions stay ended. */
  restore(userId: string): Promise<User>
  /**
   * Deletes all data of a user for good: texts, files, reactions, read positions, contacts, blocks, memberships and
   * sessions. Their messages become deleted messages of a user without a name, so that conversations keep their order;
   * in a room that they owned, the member with the highest role becomes the owner. Resolves when everything is deleted.
   * The work runs in slices between other commits and continues by itself after a crash. Erasing a user again does
   * nothing; the id stays used.
   */
  erase(userId: string): Promise<void>
}

const mostUsers = 1_000

/**
 * Makes `parley.users` on the features' `lifecycle`. Each method first checks that the server is open, and rejects with
 * a `ParleyError` in all cases of failure. `upsert` resolves with one user for one, and with a list for a list; it
 * validates all of them before it stores the first, and refuses more than 1,000 and two with the same id. If it fails
 * later, those before may be stored.
 */
export function createHostUsers(lifecycle: UserLifecycle, assertOpen: () => void): HostUsers {
  const whileOpen = <T>(work: () => Promise<T>) =>
    orParleyError(async () => {
      assertOpen()
      return work()
    })
  const upsert = (given: DescribedUser | readonly DescribedUser[]) =>
    whileOpen(async () => {
      const kept = await lifecycle.upsert(readUsers([given].flat()))
      return Array.isArray(given) ? kept : kept[0]
    })
  return {
    upsert: upsert as HostUsers['upsert'],
    deactivate: (userId) => whileOpen(() => lifecycle.deactivate(userId)),
    restore: (userId) => whileOpen(() => lifecycle.restore(userId)),
    erase: (userId) => whileOpen(() => lifecycle.erase(userId)),
  }
}

function readUsers(given: readonly unknown[]): HostUser[] {
  if (given.length > mostUsers) throw new OperationError('invalid_input', `At most ${mostUsers} users at once.`)
  const users = given.map((one, at) =>
    readHostUser(one, (problem) => new OperationError('invalid_input', `User ${at + 1} cannot be taken: ${problem}`)),
  )
  if (new Set(users.map(({ id }) => id)).size < users.length) {
    throw new OperationError('invalid_input', 'Two of these users have the same id.')
  }
  return users
}
