import type { OperationName, Reply, WireError } from '@parley/protocol'
import type { Anyone } from '../core/context.ts'

/** An operation and its answer. */
export interface Answered {
  /** A name of the catalogue; `unknown` for any other name that a client sent. */
  operation: OperationName | 'unknown'
  input: unknown
  caller: Anyone
  reply: Reply<unknown>
  seconds: number
}

/** Observes operations after they were answered; cannot change the answer. */
export interface OperationWatcher {
  /** Called for every answer, also for a refusal. */
  answered?(answered: Answered): void
  /** Called after `answered` for an operation that was refused or failed. */
  refused?(refused: Answered & { error: WireError }): void
}
