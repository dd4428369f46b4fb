import type { Logger } from 'pino'
import type { GroupCommit } from '../core/commit/group-commit.ts'
import type { RunningTransaction } from '../core/commit/open-transaction.ts'
import type { JobKind } from '../core/jobs/job-kind.ts'
import type { Jobs } from '../core/jobs/jobs.ts'
import type { ForgetMessages } from '../core/kernel.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { Store } from '../storage/store.ts'
import { createDisabledEndpoints } from './disabled-endpoints.ts'
import { createPostJson } from './post-json.ts'
import { createMayReach, guardedLookup } from './reachable-addresses.ts'
import { takeBodies } from './webhook-bodies.ts'
import { createDelivery } from './webhook-delivery.ts'
import { createWebhookDesk, type WebhookDesk } from './webhook-desk.ts'
import type { WebhookEndpoint } from './webhook-endpoints.ts'
import { webhookFigures } from './webhook-figures.ts'
import { createOutbox } from './webhook-outbox.ts'

interface WebhooksOptions {
  endpoints: readonly WebhookEndpoint[]
  /** Private networks that requests may be sent to. */
  networks: readonly string[]
  /** How long an endpoint may take to answer, in milliseconds. */
  answerMs: number
  store: Store
  groupCommit: GroupCommit
  jobs: Jobs
  metrics: Metrics
  log: Logger
}

export interface Webhooks {
  desk: WebhookDesk
  /** The kinds of jobs that send the deliveries, one for each endpoint. */
  kinds: readonly JobKind[]
  /** Writes the deliveries for the events of a transaction. Call it right before each commit. */
  note(transaction: RunningTransaction): Promise<void>
  /**
   * Removes bodies from stored deliveries if no endpoint is configured; otherwise does nothing, because `note` does it.
   */
  forget: ForgetMessages
  /** Stops reading disabled endpoints, and ends all connections to endpoints, also those in use. */
  close(): void
}

const readEveryMs = 60_000

/**
 * Makes what sends events to endpoints: `note`, to call before each commit, writes the deliveries, and jobs of `kinds`
 * send them once the caller starts these. It registers metrics, reads the disabled endpoints at once and every minute
 * until `close`, and throws for a text in `networks` that is no network. Without endpoints it does none of this:
 * `kinds` is empty, `desk` lists none, and `forget` takes bodies from stored deliveries. With endpoints `forget` does
 * nothing, because `note` does that.
 */
export function createWebhooks(options: WebhooksOptions): Webhooks {
  const { endpoints, networks, answerMs, store, groupCommit, jobs, metrics, log } = options
  const disabled = createDisabledEndpoints(options)
  const readDisabled = () =>
    disabled.read().catch((err) => log.warn({ err }, 'the disabled webhooks could not be read'))
  const changed = () => {
    if (endpoints.length > 0) void readDisabled()
    jobs.wake()
  }
  // Each in a transaction of its own, because it may wait for locked lines.
  const write = <T>(work: (store: Store) => Promise<T>) =>
    groupCommit.run((transaction) => work(transaction.store), Symbol())
  const desk = createWebhookDesk({ endpoints, store, write, changed })
  const note = createOutbox({ endpoints, disabled, jobs })
  if (endpoints.length === 0) return { desk, kinds: [], note, forget: takeBodies, close: () => {} }

  const mayReach = createMayReach(networks)
  const post = createPostJson({ mayReach, lookup: guardedLookup(mayReach), timeoutMs: answerMs })
  const { sent } = webhookFigures(metrics, desk)
  void readDisabled()
  const reading = setInterval(readDisabled, readEveryMs).unref()
  return {
    desk,
    kinds: endpoints.map((endpoint) => createDelivery(endpoint, { post, disabled, sent })),
    note,
    forget: async () => {},
    close: () => {
      clearInterval(reading)
      post.close()
    },
  }
}
