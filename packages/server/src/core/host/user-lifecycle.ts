import type { User } from '@parley/protocol'
import type { HostUser } from '../../auth/authenticate.ts'

/**
 * What a host application does with its users. Each change is committed when its function resolves. All but `upsert`
 * reject with `not_found` for unknown users and, except `erase`, for those who were erased.
 */
export interface UserLifecycle {
  /**
   * Creates users or updates their profiles, and restores deactivated ones; resolves with them in the same order.
   * Rejects with `forbidden` for an erased one; others may be stored by then.
   */
  upsert(users: readonly HostUser[]): Promise<User[]>
  /** Ends all access of a user, who is refused from then on. Does nothing if the user is deactivated already. */
  deactivate(userId: string): Promise<void>
  /** Lets a deactivated user connect again; ended sessions stay ended. Changes nothing for an active one. */
  restore(userId: string): Promise<User>
  /** Ends sessions and connections of a user, who can connect again. */
  endSessions(userId: string): Promise<void>
  /** Resolves when no data of the user is left; also for a user who was erased before. */
  erase(userId: string): Promise<void>
}
