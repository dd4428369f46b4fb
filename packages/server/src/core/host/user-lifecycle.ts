import type { User } from '@parley/protocol'
import type { HostUser } from '../../auth/authenticate.ts'

/** What a host application does with its people. Unknown people, and those who were erased, are refused with `not_found`. */
export interface UserLifecycle {
  upsert(users: readonly HostUser[]): Promise<User[]>
  deactivate(userId: string): Promise<void>
  restore(userId: string): Promise<User>
  endSessions(userId: string): Promise<void>
  /** Resolves when nothing is left of somebody; also for one who was erased before. */
  erase(userId: string): Promise<void>
}
