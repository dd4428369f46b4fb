import type { OperationName, Reply, WireError } from '@parley/protocol'
import type { Anyone } from '../core/context.ts'

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
  /** Called for every answer, also for a refusal. */
  answered?(answered: Answered): void
  /** Called for an operation that was refused or failed. */
  refused?(refused: Answered & { error: WireError }): void
}
