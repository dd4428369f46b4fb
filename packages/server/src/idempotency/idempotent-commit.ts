import type { GroupCommit, Job } from '../core/commit/group-commit.ts'
import type { Anyone, IdempotentRequest } from '../core/context.ts'
import type { Gate } from '../core/guards/write-gate.ts'
import type { Meter } from '../core/limits/strict-meter.ts'
import { OperationError } from '../core/operation-error.ts'
import type { Store } from '../storage/store.ts'
import type { KeptAnswerRow } from './kept-answer-store.ts'

/** How long answers are stored, in milliseconds. */
export const keptMs = 24 * 60 * 60_000

interface Command extends Job {
  caller?: Anyone
  /** The result of the job, or the Error that refused it; set by its batch. */
  outcome?: unknown
}

/**
 * Wraps `submit` of the group commit so that a job with an Idempotency-Key (`caller.request`) runs once. Its answer is
 * stored in the transaction of the change; for 24 hours a repetition, even at the same time on another node, gets that
 * answer and changes nothing. A refused job stores no answer and runs again. A key of another request fails with
 * `idempotency_conflict`. Jobs without a key, and all other methods, are unchanged.
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
        // A refused request has changed nothing, so its answer is not stored: it may be tried again with the same key.
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

/** The stored answer. Throws `idempotency_conflict` if the key was used for another request. */
function answerOf({ request_hash, answer }: KeptAnswerRow, { hash }: IdempotentRequest): unknown {
  if (request_hash !== hash) throw new OperationError('idempotency_conflict')
  return JSON.parse(answer)
}

interface GateOptions {
  store: Store
  /** Limits users, whose stored answers take space. Requests with an API key are limited by that key. */
  meter: Meter
}

/**
 * Answers a repeated request (`caller.request`) with its stored answer before anything else runs, even what operations
 * do before a transaction. Rejects with `idempotency_conflict` if the key was used for another request. A new request
 * of a user without an API key takes from the budget of `meter`, and rejects with `rate_limited` when that is spent.
 * Requests without a key pass unchanged. It stores no answer: see `createIdempotentCommit`.
 */
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
