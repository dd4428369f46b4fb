import type { User } from '@parley/protocol'
import { type HostUser, readHostUser } from '../auth/authenticate.ts'
import type { UserLifecycle } from '../core/host/user-lifecycle.ts'
import { OperationError } from '../core/operation-error.ts'
import { orParleyError } from './parley-error.ts'

/** A user as a host application describes them. */
export type DescribedUser = Omit<HostUser, 'expiresAt'>

/** The people of a host application, beside what `authenticate` says of those who come. All of it rejects with a `ParleyError`. */
export interface HostUsers {
  /**
   * Makes somebody known before their first visit, so that others find them and write to them, or gives them the profile that
   * the host has for them now. Brings back somebody who was deactivated. At most 1,000 at once; where one is refused, those
   * before may be kept already, and all may be given again.
   *
   * @example
   * await parley.users.upsert({ id: 'bo', username: 'bo', displayName: 'Bo' })
   */
  upsert(user: DescribedUser): Promise<User>
  upsert(users: readonly DescribedUser[]): Promise<User[]>
  /**
   * Ends all sessions and sockets of somebody and lets them in no more, even if `authenticate` vouches for them. Nobody finds them for a
   * new conversation. What they said stays, with their name.
   */
  deactivate(userId: string): Promise<void>
  /** Lets somebody in again who was deactivated. Their sessions stay ended. */
  restore(userId: string): Promise<User>
  /**
   * Removes for good everything of somebody: what they said, their files, reactions, marks of reading, contacts, blocks,
   * memberships and sessions. Their messages become deleted ones of a nameless user, so that conversations keep their order;
   * the owner of a room is then who has the highest role in it. Resolves when nothing is left. It happens in slices beside
   * everything else, and goes on by itself after a crash. Erasing somebody again does nothing; their id is not used again.
   */
  erase(userId: string): Promise<void>
}

const mostUsers = 1_000

export function createHostUsers(lifecycle: UserLifecycle, assertOpen: () => void): HostUsers {
  const asked = <T>(work: () => Promise<T>) =>
    orParleyError(async () => {
      assertOpen()
      return work()
    })
  const upsert = (given: DescribedUser | readonly DescribedUser[]) =>
    asked(async () => {
      const kept = await lifecycle.upsert(readUsers([given].flat()))
      return Array.isArray(given) ? kept : kept[0]
    })
  return {
    upsert: upsert as HostUsers['upsert'],
    deactivate: (userId) => asked(() => lifecycle.deactivate(userId)),
    restore: (userId) => asked(() => lifecycle.restore(userId)),
    erase: (userId) => asked(() => lifecycle.erase(userId)),
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
