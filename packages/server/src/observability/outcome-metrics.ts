import { type Output, operations, type Reply } from '@parley/protocol'
import { Tally } from './instruments.ts'
import type { Metrics } from './metrics.ts'
import type { Answered, OperationWatcher } from './operation-watcher.ts'

interface OutcomeMetrics {
  refused: NonNullable<OperationWatcher['refused']>
  /** Called with every answer to a sync. */
  synced(reply: Reply<unknown>): void
}

const kindOf = (operation: Answered['operation']) => (operation === 'unknown' ? operation : operations[operation].kind)

/**
 * Registers metrics of outcomes. `refused` counts a refusal by its error code and the kind of its operation, and
 * besides sends by code and rate limits by operation. `synced` counts the answer to a sync as a reset, a reset of some
 * conversations, or a delta, and ignores a refusal.
 */
export function outcomeMetrics(metrics: Metrics): OutcomeMetrics {
  const refusals = new Tally('code', 'kind')
  const failedSends = new Tally('code')
  const limited = new Tally('operation')
  const syncs = new Tally('outcome')
  metrics.counter('refusals_total', 'Operations refused or failed, by error code.', refusals.read)
  metrics.counter('send_failures_total', 'Sends refused or failed, by error code.', failedSends.read)
  metrics.counter('rate_limited_total', 'Operations refused by the rate limit.', limited.read)
  metrics.counter('syncs_total', 'Answers to syncs: a reset, a reset of some conversations, or a delta.', syncs.read)
  return {
    refused: ({ operation, error }) => {
      refusals.add(error.code, kindOf(operation))
      if (operation === 'message.send') failedSends.add(error.code)
      if (error.code === 'rate_limited') limited.add(operation)
    },
    synced: (reply) => {
      if (reply.ok) syncs.add(outcomeOf(reply.data as Output<'sync.run'>))
    },
  }
}

const outcomeOf = ({ reset, resets }: Output<'sync.run'>) =>
  reset ? 'reset' : resets.length > 0 ? 'conversation_reset' : 'delta'
