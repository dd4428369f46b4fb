import { expect, onTestFinished, test } from 'vitest'
import type { JobRow } from '../core/jobs/job-store.ts'
import { startReceiver } from '../testing/webhook-receiver.ts'
import { createPostJson } from './post-json.ts'
import { createMayReach, guardedLookup } from './reachable-addresses.ts'
import { createDelivery } from './webhook-delivery.ts'
import { readEndpoints } from './webhook-endpoints.ts'

const hour = 3_600_000

test.each([
  [204, undefined, { state: 'done', note: 'answered 204' }],
  [299, undefined, { state: 'done' }],
  [301, undefined, { state: 'waiting', pauseMs: 0 }],
  [400, undefined, { state: 'waiting', pauseMs: 0 }],
  [401, '120', { state: 'waiting', pauseMs: 0 }],
  [410, undefined, { state: 'failed', note: 'answered 410' }],
  [429, '120', { state: 'waiting', note: 'answered 429', pauseMs: 120_000 }],
  [503, '86400', { state: 'waiting', pauseMs: hour }],
  [503, 'Fri, 01 Jan 2100 00:00:00 GMT', { state: 'waiting', pauseMs: hour }],
  [503, 'Thu, 01 Jan 1970 00:00:00 GMT', { state: 'waiting', pauseMs: 0 }],
  [503, '-5', { state: 'waiting', pauseMs: 0 }],
  [503, 'later', { state: 'waiting', pauseMs: 0 }],
  [429, '9'.repeat(400), { state: 'waiting', pauseMs: hour }],
])('the outcome of a delivery answered %s with Retry-After %s', async (status, retryAfter, outcome) => {
  const receiver = await startReceiver()
  const mayReach = createMayReach(['loopback'])
  const post = createPostJson({ mayReach, lookup: guardedLookup(mayReach), timeoutMs: 60_000 })
  onTestFinished(async () => {
    post.close()
    await receiver.close()
  })
  receiver.answer = (_, response) => {
    if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter)
    return status
  }
  const [endpoint] = readEndpoints([receiver.endpoint])
  const off: string[] = []
  const sent: string[] = []
  const { run } = createDelivery(endpoint as NonNullable<typeof endpoint>, {
    post,
    disabled: { has: () => off.length > 0, add: async ({ id }) => void off.push(id) },
    sent: (_, became) => void sent.push(became),
  })
  const job = { id: 'id', payload: '{"type":"message.created"}' } as JobRow
  expect(await run(job, new AbortController().signal)).toMatchObject(outcome)
  expect(sent).toEqual([outcome.state])
  expect(receiver.received).toHaveLength(1)
  expect(off).toEqual(status === 410 ? [endpoint?.id] : [])
  if (status !== 410) return
  expect(await run(job, new AbortController().signal)).toEqual({ state: 'failed', note: 'the endpoint is off' })
  expect(receiver.received).toHaveLength(1)
})
