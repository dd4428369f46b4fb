import type { GroupCommit, Job } from '../core/commit/group-commit.ts'
import type { Anyone, IdempotentRequest } from '../core/context.ts'
import type { Gate } from '../core/guards/write-gate.ts'
import type { Meter } from '../core/limits/strict-meter.ts'
import { OperationError } from '../core/operation-error.ts'
import type { Store } from '../storage/store.ts'
import type { KeptAnswerRow } from './kept-answer-store.ts'

/** Answers are kept for so many milliseconds. */
export const keptMs = 24 * 60 * 60_000

interface Command extends Job {
  caller?: Anyone
  /** What the batch of the job made of it. */
  outcome?: unknown
}

/**
 * The group commit for requests that their callers have named: the answer is kept in the transaction of the change, so that
 * both are there or neither is. Of two that come at once, also on two nodes, the second to commit finds the answer of the first.
 */
export const createIdempotentCommit = (groupCommit: GroupCommit): GroupCommit => ({
  ...groupCommit,
  submit: (job) => {
    const { request } = (job as Command).caller ?? {}
    groupCommit.submit(request ? onlyOnce(job as Command, request) : job)
  },
})

function onlyOnce(command: Command, request: IdempotentRequest): Job {
  const { input, caller, settle, fail } = command
  const batch: Job['batch'] = async (_, transaction) => {
    const { keptAnswers } = transaction.store
    const since = transaction.now - keptMs
    command.outcome = await transaction
      .attempt(async () => {
        const kept = await keptAnswers.find(request, since)
        if (kept) return answerOf(kept, request)
        await command.batch([command], transaction)
        // What was refused has changed nothing, and may be tried again under the same name.
        if (command.outcome instanceof Error) throw command.outcome
        const { owner, key, hash } = request
        const answer = JSON.stringify(command.outcome ?? {})
        await keptAnswers.keep({ owner, key, request_hash: hash, answer, created_at: transaction.now }, since)
        return command.outcome
      })
      .catch((error: unknown) => error)
  }
  return { batch, input, caller, settle, fail }
}

/** Throws `idempotency_conflict` where something else was asked under this name. */
function answerOf({ request_hash, answer }: KeptAnswerRow, { hash }: IdempotentRequest): unknown {
  if (request_hash !== hash) throw new OperationError('idempotency_conflict')
  return JSON.parse(answer)
}

interface GateOptions {
  store: Store
  /** What people draw on, whose answers are kept. Backends have the budget of their key. */
  meter: Meter
}

/** Answers what was answered before without running anything: not even what an operation does before its transaction. */
export const createIdempotencyGate =
  ({ store, meter }: GateOptions): Gate =>
  (_, way) =>
  async (input, caller) => {
    const { request, key } = caller
    if (!request) return way(input, caller)
    const kept = await store.keptAnswers.find(request, Date.now() - keptMs)
    if (kept) return answerOf(kept, request)
    if (!key) await meter.take(request.owner)
    return way(input, caller)
  }
