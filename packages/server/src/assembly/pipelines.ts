import type { ClusterNode } from '../cluster/cluster-node.ts'
import type { GroupCommit } from '../core/commit/group-commit.ts'
import type { Handlers } from '../core/feature.ts'
import { createMessageReview } from '../core/guards/message-review.ts'
import { createSettledReach } from '../core/guards/settled-reach.ts'
import { createWriteGate, type Gate, withoutContacts } from '../core/guards/write-gate.ts'
import { type Budget, keptAnswerBudget } from '../core/limits/budgets.ts'
import { shedLoad } from '../core/limits/load-shedding.ts'
import { createRateLimit, noRateLimit } from '../core/limits/rate-limit.ts'
import { createStrictMeter, type Meter } from '../core/limits/strict-meter.ts'
import { createRunOperation, type RunOperation } from '../core/run-operation.ts'
import { charges, createStore, policy } from '../features/index.ts'
import { createIdempotencyGate, createIdempotentCommit } from '../idempotency/idempotent-commit.ts'
import { createScopeGate } from '../keys/scope-gate.ts'
import { createOperationLog } from '../observability/operation-log.ts'
import type { ParleyOptions } from '../parley-options.ts'
import { hasAccounts } from './authentication.ts'
import type { Backend } from './backend.ts'

export interface Pipelines {
  runOperation: RunOperation
  /** The same for requests with an `Idempotency-Key` (ADR 24). */
  runOnce: RunOperation
  /** The same for the host application, without rate limits. */
  runForHost: RunOperation
}

interface PipelineContext {
  handlers: Handlers
  groupCommit: GroupCommit
  node: ClusterNode
}

/**
 * Makes three functions that run operations; they never reject, because refusals and failures are replies.
 * `runOperation` serves clients. `runOnce` serves requests with an `Idempotency-Key`, whose repetition gets the stored
 * answer for 24 hours. `runForHost` serves the host application, without rate limits. All check policy and scopes, ask
 * `mayWrite` and `beforeMessage` if the options have them, refuse what an overloaded server cannot do in time, and
 * count each operation and log each refusal.
 */
export function createPipelines(
  options: ParleyOptions,
  backend: Backend,
  { handlers, groupCommit, node }: PipelineContext,
): Pipelines {
  const { log, metrics, database, tokens, store } = backend
  const count = countOf(options, backend)
  const operationLog = createOperationLog(log)
  const rules = asksForContacts(options) ? policy : withoutContacts(policy)
  const gate = inTurn([createScopeGate(policy), ...gatesOf(options, backend, { rules, groupCommit })])
  const shared = {
    handlers,
    policy: rules,
    gate,
    hasAccounts: hasAccounts(options),
    createStore,
    database,
    groupCommit,
    deliver: node.deliver,
    rateLimit: count ? createRateLimit({ charges, count, sessionOf: tokens.sessionOf }) : noRateLimit,
    failed: operationLog.failed,
  }
  const pipeline = (differing: Partial<typeof shared> = {}) =>
    metrics.operations.observe(shedLoad(createRunOperation({ ...shared, ...differing })), [operationLog, node])
  const meter = meterOf('kept answers', keptAnswerBudget, options, backend)
  return {
    runOperation: pipeline(),
    runOnce: pipeline({
      gate: inTurn([createIdempotencyGate({ store, meter }), gate]),
      groupCommit: createIdempotentCommit(groupCommit),
    }),
    runForHost: pipeline({ rateLimit: noRateLimit }),
  }
}

/** Combines gates: the first one checks first. */
const inTurn =
  (gates: readonly Gate[]): Gate =>
  (name, way) =>
    gates.reduceRight((inner, gate) => gate(name, inner), way)

/** The gates that ask the host application. */
function gatesOf(
  options: ParleyOptions,
  { store, timing, log }: Backend,
  { rules, groupCommit }: { rules: typeof policy; groupCommit: GroupCommit },
): Gate[] {
  const { mayWrite, beforeMessage, beforeMessageFails: fails = 'closed' } = options
  const asked = { store, reachOf: createSettledReach(store, groupCommit), log }
  const gates: Gate[] = []
  if (mayWrite) gates.push(createWriteGate({ ...asked, mayWrite, policy, waitMs: timing.mayWriteMs }))
  if (beforeMessage) {
    const waitMs = timing.beforeMessageMs
    gates.push(createMessageReview({ ...asked, beforeMessage, fails, policy: rules, waitMs }))
  }
  return gates
}

/**
 * Are direct messages for contacts alone? True for `directMessages: 'contacts'` without `mayWrite`; with that, the host
 * application decides, and `directMessages` is ignored.
 */
export const asksForContacts = ({ directMessages, mayWrite }: ParleyOptions) =>
  directMessages === 'contacts' && mayWrite === undefined

/**
 * Does a direct conversation show nothing of a user to a stranger before they answer? True for
 * `directMessages: 'requests'` without `mayWrite`.
 */
export const awaitsAnswers = ({ directMessages, mayWrite }: ParleyOptions) =>
  directMessages === 'requests' && mayWrite === undefined

/**
 * The function that counts for rate limits on all nodes together (`cluster.count`); undefined if the options turn rate
 * limits off. Counts nothing itself.
 */
export const countOf = ({ rateLimits }: ParleyOptions, { cluster }: Backend) =>
  rateLimits === 'off' ? undefined : cluster.count

/**
 * Makes a meter whose `take` rejects with `rate_limited` once a key has spent the budget. All nodes count together
 * under `name`, so give each budget a name of its own; while Redis does not answer, each node counts alone. If the
 * options turn rate limits off, `take` never refuses.
 */
export function meterOf(name: string, budget: Budget, options: ParleyOptions, backend: Backend): Meter {
  const count = countOf(options, backend)
  return count ? createStrictMeter(name, budget, count) : { take: async () => {} }
}
