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

/** What a host application does with the chat, in its own process. */
export interface HostSide extends HostEvents {
  /** Acts as a user, who need not be connected. */
  as(userId: string): ActingUser
  users: HostUsers
  conversations: HostConversations
  /**
   * Ends what somebody is signed in by: their refresh tokens are good no more, and their sockets close, on all nodes. Where
   * `authenticate` still says who they are, they may come back at once: end the host's own session first.
   */
  endSessions(userId: string): Promise<void>
}

interface HostSideOptions {
  /** Without the limits that count what clients do. */
  runOperation: RunOperation
  store: Store
  lifecycle: UserLifecycle
  ensureRoom: EnsureRoom
  commits: Set<OnCommit>
  log: Logger
  isClosing(): boolean
}

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
