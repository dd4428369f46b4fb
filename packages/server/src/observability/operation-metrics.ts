import { type Output, operations } from '@parley/protocol'
import type { OnCommit } from '../core/commit/group-commit.ts'
import type { Deliver } from '../core/deliver.ts'
import type { Delivery } from '../core/delivery.ts'
import { Distribution, jobs, seconds, Tally } from './instruments.ts'
import type { Metrics } from './metrics.ts'
import type { Answered, OperationWatcher } from './watch-operations.ts'

export interface OperationMetrics extends OperationWatcher {
  committed: OnCommit
  /** The same deliver, which also takes the time at which events reached the sockets. */
  watchDeliver(deliver: Deliver): Deliver
}

/** A delivery may come after the answer. What was never delivered, such as a resend, is forgotten after this. */
const keptMs = 60_000

const kindOf = (operation: Answered['operation']) => (operation === 'unknown' ? operation : operations[operation].kind)

/** What is asked for and what becomes of it. Labels come from the catalogue alone. */
export function operationMetrics(metrics: Metrics): OperationMetrics {
  const answers = new Tally('operation')
  const refusals = new Tally('code', 'kind')
  const limited = new Tally('operation')
  const syncs = new Tally('outcome')
  metrics.counter('operations_total', 'Operations answered, also by a refusal.', answers.read)
  metrics.counter('refusals_total', 'Operations refused or failed, by error code.', refusals.read)
  metrics.counter('rate_limited_total', 'Operations refused by the rate limit.', limited.read)
  metrics.counter('syncs_total', 'Answers to syncs: what the device was given.', syncs.read)
  const sends = sendMetrics(metrics)

  return {
    committed: commitMetrics(metrics),
    watchDeliver: sends.watchDeliver,
    asked: (operation, input, at) => {
      if (operation === 'message.send') sends.asked(input, at)
    },
    answered: (answered) => {
      const { operation, reply } = answered
      answers.add(operation)
      if (operation === 'message.send') sends.answered(answered)
      else if (operation === 'sync.run' && reply.ok) syncs.add(outcomeOf(reply.data as Output<'sync.run'>))
    },
    refused: ({ operation, error }) => {
      refusals.add(error.code, kindOf(operation))
      if (error.code === 'rate_limited') limited.add(operation)
    },
  }
}

const outcomeOf = ({ reset, resets }: Output<'sync.run'>) =>
  reset ? 'reset' : resets.length > 0 ? 'conversation_reset' : 'delta'

function commitMetrics(metrics: Metrics): OnCommit {
  const batches = new Distribution(jobs)
  const durations = new Distribution(seconds)
  metrics.histogram('commit_jobs', 'How many commands went into one commit.', batches)
  metrics.histogram('commit_seconds', 'From the begin of a transaction until it was on the disk.', durations)
  return (count, took) => {
    batches.add(count)
    durations.add(took)
  }
}

/** How long a message takes from its asking to its answer, and to the sockets of those who hear it. */
function sendMetrics(metrics: Metrics) {
  const toAnswer = new Distribution(seconds)
  const toDelivery = new Distribution(seconds)
  const events = new Tally('event')
  const asked = new Map<string, number>()
  let acknowledged = 0
  metrics.counter('sends_total', 'Sends acknowledged, resends included.', () => acknowledged)
  metrics.histogram('send_to_ack_seconds', 'From the request to the answer of an acknowledged send.', toAnswer)
  metrics.histogram('send_to_delivery_seconds', 'From the request until the sockets had the event.', toDelivery)
  metrics.counter('events_total', 'Events that happened; how many heard one is not counted.', events.read)

  const delivered = (deliveries: readonly Delivery[]) => {
    const now = performance.now()
    for (const { name, payload } of deliveries) {
      events.add(name)
      if (name !== 'message.created') continue
      for (const { id } of payload.messages ?? []) {
        const at = asked.get(id)
        if (at === undefined) continue
        asked.delete(id)
        toDelivery.add((now - at) / 1_000)
      }
    }
  }

  return {
    asked: (input: unknown, at: number) => {
      for (const [id, before] of asked) {
        if (at - before < keptMs) break
        asked.delete(id)
      }
      const id = messageIdOf(input)
      if (id !== undefined) asked.set(id, at)
    },
    answered: ({ input, reply, seconds }: Answered) => {
      const id = messageIdOf(input)
      if (!reply.ok) {
        if (id !== undefined) asked.delete(id)
        return
      }
      acknowledged++
      toAnswer.add(seconds)
    },
    watchDeliver: (deliver: Deliver): Deliver =>
      Object.assign(
        async (deliveries: readonly Delivery[]) => {
          await deliver(deliveries)
          delivered(deliveries)
        },
        { listen: deliver.listen },
      ),
  }
}

/** Of what has not been checked yet. */
const messageIdOf = (input: unknown): string | undefined =>
  typeof input === 'object' && input !== null && 'id' in input && typeof input.id === 'string' ? input.id : undefined
