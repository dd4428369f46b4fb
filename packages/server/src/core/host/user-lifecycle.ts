import type { User } from '@parley/protocol'
import type { HostUser } from '../../auth/authenticate.ts'

/**
 * What a host application does with its users. Rejects with `not_found` for unknown users and those who were erased.
 */
export interface UserLifecycle {
  upsert(users: readonly HostUser[]): Promise<User[]>
  deactivate(userId: string): Promise<void>
  restore(userId: string): Promise<User>
  endSessions(userId: string): Promise<void>
  /** Resolves when no data of the user is left; also for a user who was erased before. */
  erase(userId: string): Promise<void>
}
