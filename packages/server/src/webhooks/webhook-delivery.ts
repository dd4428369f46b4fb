import type { JobKind, JobOutcome } from '../core/jobs/job-kind.ts'
import type { DisabledEndpoints } from './disabled-endpoints.ts'
import type { EndpointAnswer, PostJson } from './post-json.ts'
import { signatureBy } from './signature.ts'
import type { WebhookEndpoint } from './webhook-endpoints.ts'

interface DeliveryOptions {
  post: PostJson
  disabled: Pick<DisabledEndpoints, 'has' | 'add'>
  /** Called with the outcome of each request. */
  sent(endpoint: WebhookEndpoint, outcome: JobOutcome['state']): void
}

/** The most conversations of an endpoint whose deliveries are sent in parallel. */
const concurrency = 8
const longestPauseMs = 60 * 60_000

/**
 * Makes the kind of job that sends events to an endpoint: one request for each event, signed anew at each try, in order
 * within a conversation. 2xx is success; 410 disables the endpoint, and the job fails. Anything else is tried again,
 * also 3xx, no answer, or a 410 that the database does not take; after 429 and 503 not before the time of Retry-After,
 * at most an hour. While the endpoint is disabled, a job fails without a request. `run` calls `sent` with the outcome
 * of each request, and never rejects.
 */
export function createDelivery(endpoint: WebhookEndpoint, { post, disabled, sent }: DeliveryOptions): JobKind {
  const { kind, url, keys } = endpoint
  const outcomeOf = async ({ status, retryAfter }: EndpointAnswer): Promise<JobOutcome> => {
    const note = `answered ${status}`
    if (status >= 200 && status < 300) return { state: 'done', note }
    if (status === 410) {
      await disabled.add(endpoint, note)
      return { state: 'failed', note }
    }
    const mayAsk = status === 429 || status === 503
    return { state: 'waiting', note, pauseMs: mayAsk ? pauseOf(retryAfter) : 0 }
  }
  return {
    name: kind,
    concurrency,
    run: async ({ id, payload: body }, signal) => {
      if (disabled.has(endpoint)) return { state: 'failed', note: 'the endpoint is off' }
      const timestamp = String(Math.floor(Date.now() / 1_000))
      const headers = {
        'user-agent': 'Parley',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': keys.map((key) => signatureBy(key, { id, timestamp, body })).join(' '),
      }
      const outcome = await post(url, body, headers, signal)
        .then(outcomeOf)
        .catch((error): JobOutcome => ({ state: 'waiting', note: error instanceof Error ? error.message : 'failed' }))
      sent(endpoint, outcome.state)
      return outcome
    },
  }
}

/** The header Retry-After, which is a number of seconds or a date, in milliseconds; at most an hour. */
function pauseOf(retryAfter = ''): number {
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - Date.now()
  return Math.min(Math.max(ms || 0, 0), longestPauseMs)
}
