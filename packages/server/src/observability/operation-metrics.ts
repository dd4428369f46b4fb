import { type OperationName, operations } from '@parley/protocol'
import type { OnCommit } from '../core/commit/group-commit.ts'
import type { Deliver } from '../core/deliver.ts'
import type { Delivery } from '../core/delivery.ts'
import type { RunOperation } from '../core/run-operation.ts'
import { Distribution, jobs, seconds, Tally } from './instruments.ts'
import type { Metrics } from './metrics.ts'
import type { Answered, OperationWatcher } from './operation-watcher.ts'
import { outcomeMetrics } from './outcome-metrics.ts'

export interface OperationMetrics {
  /** Wraps `run`: counts and times each operation, and calls the watchers with its answer. */
  observe(run: RunOperation, watchers: readonly OperationWatcher[]): RunOperation
  /** Wraps `deliver`: counts events and measures when they reached the sockets. */
  watchDeliver(deliver: Deliver): Deliver
  committed: OnCommit
}

/** How long a send waits for its delivery. One that is never delivered, such as a resend, is forgotten then. */
const keptMs = 60_000

const known = (name: string): Answered['operation'] =>
  Object.hasOwn(operations, name) ? (name as OperationName) : 'unknown'

/** Registers metrics of operations, commits, sends and events, counted by the returned functions. Call it once. */
export function operationMetrics(metrics: Metrics): OperationMetrics {
  const answers = new Tally('operation')
  metrics.counter('operations_total', 'Operations answered, also by a refusal.', answers.read)
  const outcomes = outcomeMetrics(metrics)
  const sends = sendMetrics(metrics)
  return {
    watchDeliver: sends.watchDeliver,
    committed: commitMetrics(metrics),
    observe: (run, others) => {
      const watchers = [outcomes, ...others]
      return (name, input, caller, requestId) => {
        const operation = known(name)
        const began = performance.now()
        const isSend = operation === 'message.send'
        if (isSend) sends.asked(input, began)
        return run(name, input, caller, requestId).then((reply) => {
          const answered = { operation, input, caller, reply, seconds: (performance.now() - began) / 1_000 }
          answers.add(operation)
          if (isSend) sends.answered(answered)
          else if (operation === 'sync.run') outcomes.synced(reply)
          notify(watchers, answered)
          return reply
        })
      }
    },
  }
}

/** An error in a watcher must not make the operation fail. */
function notify(watchers: readonly OperationWatcher[], answered: Answered): void {
  for (const watcher of watchers) {
    try {
      watcher.answered?.(answered)
      if (!answered.reply.ok) watcher.refused?.({ ...answered, error: answered.reply.error })
    } catch {}
  }
}

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

/** How long a send takes from its request to its answer, and to the sockets of its receivers. */
function sendMetrics(metrics: Metrics) {
  const toAnswer = new Distribution(seconds)
  const toDelivery = new Distribution(seconds)
  const events = new Tally('event')
  const asked = new Map<string, number>()
  let acknowledged = 0
  metrics.counter('sends_total', 'Sends acknowledged, resends included.', () => acknowledged)
  metrics.histogram('send_to_ack_seconds', 'From the request to the answer of an acknowledged send.', toAnswer)
  metrics.histogram('send_to_delivery_seconds', 'From the request until the sockets had the event.', toDelivery)
  metrics.counter('events_total', 'Events delivered, each counted once for all its receivers.', events.read)

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
      if (!reply.ok) return void asked.delete(messageIdOf(input) ?? '')
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

/** The input is not validated yet. */
const messageIdOf = (input: unknown): string | undefined =>
  typeof input === 'object' && input !== null && 'id' in input && typeof input.id === 'string' ? input.id : undefined
