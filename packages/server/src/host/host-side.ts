import type { Logger } from 'pino'
import type { OnCommit } from '../core/commit/group-commit.ts'
import type { EnsureRoom } from '../core/host/host-room.ts'
import type { UserLifecycle } from '../core/host/user-lifecycle.ts'
import { OperationError } from '../core/operation-error.ts'
import type { RunOperation } from '../core/run-operation.ts'
import type { Store } from '../storage/store.ts'
import { type ActingUser, createActing } from './acting-user.ts'
import { createHostConversations, type HostConversations } from './host-conversations.ts'
import { createHostEvents, type HostEvents } from './host-events.ts'
import { createHostUsers, type HostUsers } from './host-users.ts'
import { orParleyError } from './parley-error.ts'

/** The API for a host application in the same process. */
export interface HostSide extends HostEvents {
  /** Runs operations as this user, who need not be connected. The id is checked at each operation. */
  as(userId: string): ActingUser
  users: HostUsers
  conversations: HostConversations
  /**
   * Ends all sessions of a user: revokes their refresh tokens and closes their sockets, on all nodes. The user can
   * connect again as long as `authenticate` accepts them, so end the host's own session first. Rejects with a
   * `ParleyError`.
   */
  endSessions(userId: string): Promise<void>
}

interface HostSideOptions {
  /** Runs without rate limits. */
  runOperation: RunOperation
  store: Store
  lifecycle: UserLifecycle
  ensureRoom: EnsureRoom
  commits: Set<OnCommit>
  log: Logger
  isClosing(): boolean
}

/**
 * Makes the API for a host application in the same process. Once `isClosing()` is true, its asynchronous methods, and
 * `ask` of the users that `as` returns, reject with a `ParleyError` of the code `unavailable`; `as` and `on` themselves
 * never check it.
 */
export function createHostSide({ commits, log, isClosing, ...options }: HostSideOptions): HostSide {
  const assertOpen = () => {
    if (isClosing()) throw new OperationError('unavailable', 'This Parley server is closed.')
  }
  return {
    as: createActing({ ...options, assertOpen }),
    users: createHostUsers(options.lifecycle, assertOpen),
    conversations: createHostConversations(options.ensureRoom, assertOpen),
    endSessions: (userId) =>
      orParleyError(async () => {
        assertOpen()
        await options.lifecycle.endSessions(userId)
      }),
    ...createHostEvents(commits, log),
  }
}
