import { type OperationName, operations, type Reply, type WireError } from '@parley/protocol'
import type { Anyone } from '../core/context.ts'
import type { RunOperation } from '../core/run-operation.ts'

/** An operation that was answered. */
export interface Answered {
  /** A name of the catalogue, or `unknown`: a name that a client invented gets no further than here. */
  operation: OperationName | 'unknown'
  input: unknown
  caller: Anyone
  reply: Reply<unknown>
  seconds: number
}

/** Looks on, and changes no answer. */
export interface OperationWatcher {
  /** At this time, by `performance.now()`. */
  asked?(operation: Answered['operation'], input: unknown, at: number): void
  /** Called for every answer, also for a refusal. */
  answered?(answered: Answered): void
  /** Called for an operation that was refused or failed. */
  refused?(refused: Answered & { error: WireError }): void
}

const known = (name: string): Answered['operation'] =>
  Object.hasOwn(operations, name) ? (name as OperationName) : 'unknown'

/** Lets others see each operation and its answer, around the one way that all of them take. */
export const watchOperations =
  (run: RunOperation, watchers: readonly OperationWatcher[]): RunOperation =>
  (name, input, caller, requestId) => {
    const operation = known(name)
    const began = performance.now()
    tell(watchers, (watcher) => watcher.asked?.(operation, input, began))
    return run(name, input, caller, requestId).then((reply) => {
      const answered = { operation, input, caller, reply, seconds: (performance.now() - began) / 1_000 }
      tell(watchers, (watcher) => watcher.answered?.(answered))
      if (!reply.ok) tell(watchers, (watcher) => watcher.refused?.({ ...answered, error: reply.error }))
      return reply
    })
  }

/** A mistake in an observer costs nobody their answer. */
function tell(watchers: readonly OperationWatcher[], what: (watcher: OperationWatcher) => void): void {
  for (const watcher of watchers) {
    try {
      what(watcher)
    } catch {}
  }
}
