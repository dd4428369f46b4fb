import type { JobOutcome } from '../core/jobs/job-kind.ts'
import { Tally } from '../observability/instruments.ts'
import type { Metrics, Sample } from '../observability/metrics.ts'
import type { WebhookDesk, WebhookState } from './webhook-desk.ts'
import type { WebhookEndpoint } from './webhook-endpoints.ts'

/**
 * Registers the metrics of webhooks; a second call for the same `metrics` throws. Waiting and failed deliveries are
 * counted in the database when the metrics are read. Returns `sent`, which the caller must call with the outcome of
 * each request.
 */
export function webhookFigures(metrics: Metrics, desk: WebhookDesk) {
  const requests = new Tally('endpoint', 'outcome')
  // All metrics of one page share one reading.
  let reading: Promise<WebhookState[]> | undefined
  const states = () => {
    reading ??= desk.list().finally(() => {
      reading = undefined
    })
    return reading
  }
  const ofEach = (of: (state: WebhookState) => number) => async (): Promise<Sample[]> =>
    (await states()).map((state) => ({ labels: { endpoint: state.id }, value: of(state) }))
  const ageOf = ({ oldestWaitingAt }: WebhookState) =>
    oldestWaitingAt === null ? 0 : Math.max(0, (Date.now() - oldestWaitingAt) / 1_000)

  metrics.counter(
    'webhook_requests_total',
    'Requests to endpoints, by the state of the delivery afterwards.',
    requests.read,
  )
  metrics.gauge(
    'webhook_waiting',
    'Deliveries that wait; at most 10000 are counted.',
    ofEach((one) => one.waiting),
  )
  metrics.gauge(
    'webhook_failed',
    'Deliveries that were given up; at most 10000 are counted.',
    ofEach((one) => one.failed),
  )
  metrics.gauge('webhook_oldest_seconds', 'How long the oldest delivery waits.', ofEach(ageOf))
  metrics.gauge(
    'webhook_disabled',
    '1 for an endpoint that is disabled because it answered 410.',
    ofEach((one) => (one.disabledAt ? 1 : 0)),
  )
  return { sent: ({ id }: WebhookEndpoint, outcome: JobOutcome['state']) => requests.add(id, outcome) }
}
