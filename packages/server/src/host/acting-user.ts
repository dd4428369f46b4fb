import type { Input, OperationName, Output, User } from '@parley/protocol'
import { OperationError } from '../core/operation-error.ts'
import type { RunOperation } from '../core/run-operation.ts'
import type { Store } from '../storage/store.ts'
import { orParleyError, ParleyError } from './parley-error.ts'

/** A user as whom a host application acts. */
export interface ActingUser {
  /**
   * Runs an operation of the catalogue as this user, with the same rules and events as for the user's own devices, but
   * without rate limits. Rejects with a `ParleyError`. Await each operation before the next if their order matters.
   *
   * @example
   * const { summary } = await parley.as('ana').ask('conversation.openDirect', { userId: 'bo' })
   */
  ask<N extends OperationName>(name: N, input: Input<N>): Promise<Output<N>>
}

interface ActingOptions {
  runOperation: RunOperation
  store: Store
  /** Throws once the server is closing. */
  assertOpen(): void
}

/**
 * Makes the function behind `parley.as`, which checks nothing itself. `ask` runs the operation with a copy of the
 * input, and resolves with a copy of its output. It rejects with a `ParleyError` if the operation is refused or fails.
 * Before that it rejects for an unknown or erased user (`not_found`), a deactivated (`forbidden`) or suspended one
 * (`suspended`), a closed server (`unavailable`), and an input that cannot be copied, such as a function
 * (`invalid_input`).
 */
export const createActing =
  ({ runOperation, store, assertOpen }: ActingOptions) =>
  (userId: string): ActingUser => ({
    ask: <N extends OperationName>(name: N, input: Input<N>) =>
      orParleyError(async () => {
        assertOpen()
        const given = ownCopy(input)
        const user = await knownUser(store, userId)
        const reply = await runOperation(name, given, { user, sessionId: null, socket: null })
        if (!reply.ok) throw new ParleyError(reply.error.code, reply.error.message, reply.error)
        // The same objects may still be on their way to the sockets.
        return structuredClone(reply.data) as Output<N>
      }),
  })

/**
 * Copies the input, so that later changes by the host have no effect. Throws `invalid_input` for what cannot be copied.
 */
function ownCopy(input: unknown): unknown {
  try {
    return structuredClone(input)
  } catch {
    throw new OperationError('invalid_input', 'The input contains something other than data, such as a function.')
  }
}

async function knownUser(store: Store, userId: string): Promise<User> {
  const isId = typeof userId === 'string'
  const entrant = isId ? await store.users.entrant(userId) : undefined
  if (entrant) return entrant.user
  const row = isId ? await store.users.byId(userId) : undefined
  if (!row || row.erased_at !== null) {
    throw new OperationError('not_found', 'There is no such user: create the user with parley.users.upsert() first.')
  }
  if (row.suspended_at !== null) throw new OperationError('suspended', 'An administrator has suspended this user.')
  throw new OperationError('forbidden', 'This user is deactivated: parley.users.restore() brings them back.')
}
