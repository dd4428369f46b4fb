import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Reply, SignedIn } from '@parley/protocol'
import { newId, plain } from '@parley/server/testing/people'
import { expect, onTestFinished, test } from 'vitest'
import { reaches } from '../../packages/server/src/testing/reaches.ts'
import { type ReceivedWebhook, startReceiver } from '../../packages/server/src/testing/webhook-receiver.ts'
import { type ParleyProcess, startParley } from '../services/parley-process.ts'

/** `WEBHOOK_DELIVERIES=1000` is the long form. */
const deliveries = Number(process.env.WEBHOOK_DELIVERIES ?? 150)
const rooms = 10
const each = Math.ceil(deliveries / rooms)

const bin = join(import.meta.dirname, '../../packages/server/src/bin.js')
const seqOf = ({ data }: ReceivedWebhook) => data.messages?.[0]?.seq ?? 0

test(`${deliveries} deliveries from a server that is killed twice to a receiver that fails half of the time and goes away twice all arrive in order, and one is sent again`, async () => {
  const receiver = await startReceiver()
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-webhooks-'))
  onTestFinished(async () => {
    await receiver.close()
    await rm(dataDir, { recursive: true, force: true })
  })
  const start = () =>
    startParley({
      dataDir,
      webhooks: [{ ...receiver.endpoint, events: ['message.created'] }],
      webhookNetworks: ['loopback'],
      rateLimits: 'off',
      passwordCost: { memoryKiB: 1_024, passes: 1 },
      timing: { jobRetryMs: 1, jobPollMs: 50 },
    })
  let server: ParleyProcess = await start()
  /** Resolves when a server runs. */
  let up = Promise.withResolvers<void>()
  up.resolve()

  /** Called at the next request, which then gets no answer. */
  let atNext: (() => void) | undefined
  // Each fails not at all, once or twice, so that half of the requests do.
  const tries = new Map<string, number>()
  receiver.answer = ({ id }) => {
    if (atNext) {
      atNext()
      atNext = undefined
      return undefined
    }
    const before = tries.get(id) ?? 0
    tries.set(id, before + 1)
    return before < Number.parseInt(id.slice(-4), 16) % 3 ? 500 : 204
  }

  const ask = async <T>(path: string, body: unknown, token?: string): Promise<T> => {
    for (;;) {
      await up.promise
      const { url } = server
      try {
        const response = await fetch(`${url}/api/v1${path}`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          },
          body: JSON.stringify(body),
        })
        const reply = (await response.json()) as Reply<T>
        if (reply.ok) return reply.data
        throw new Error(reply.error.message)
      } catch (error) {
        // It may have been killed in the middle: the same request comes again, under the same id.
        if (!(error instanceof TypeError)) throw error
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
  }

  const { accessToken } = await ask<SignedIn>('/users', { username: 'ana', password: 'password of ana' })
  const write = async (number: number) => {
    const room = { name: `Room ${number}` }
    const { summary } = await ask<{ summary: { conversation: { id: string } } }>('/conversations', room, accessToken)
    const { id } = summary.conversation
    for (let sent = 0; sent < each; sent++) {
      await ask(`/conversations/${id}/messages`, { id: newId(), body: plain(`message ${sent}`) }, accessToken)
    }
    return id
  }
  const writing = Promise.all(Array.from({ length: rooms }, (_, number) => write(number)))

  /** The requests of the present server after which it waits before the next try. */
  const unsuccessful = async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text()
    return Number(text.match(/webhook_requests_total\{[^}]*outcome="waiting"[^}]*\} (\d+)/)?.[1] ?? 0)
  }
  const acceptedShare = (share: number) =>
    expect.poll(() => receiver.accepted().length, { interval: 5 }).toBeGreaterThan(rooms * each * share)

  for (const share of [1 / 8, 3 / 8]) {
    await acceptedShare(share)
    await new Promise<void>((away) => {
      atNext = () => void receiver.goAway().then(away)
    })
    const before = await unsuccessful()
    // At most one request of each room was cut off. The others were refused.
    await expect.poll(unsuccessful, { interval: 5 }).toBeGreaterThan(before + rooms)
    await receiver.comeBack()

    await acceptedShare(share + 1 / 8)
    up = Promise.withResolvers()
    await server.kill()
    server = await start()
    up.resolve()
  }
  const ids = await writing
  await reaches(() => receiver.accepted().length, rooms * each)
  expect(receiver.accepted()).toHaveLength(rooms * each)

  const failed = receiver.received.filter(({ status }) => status === 500).length
  expect(failed).toBeGreaterThan(rooms * each * 0.7)
  expect(receiver.refused).toEqual([])
  for (const id of ids) {
    const ofRoom = ({ data }: ReceivedWebhook) => data.conversationId === id
    const inOrder = Array.from({ length: each }, (_, at) => at + 1)
    expect(receiver.accepted().filter(ofRoom).map(seqOf)).toEqual(inOrder)
    // Nor was one asked for before the one in front of it was accepted.
    let accepted = 0
    for (const request of receiver.received.filter(ofRoom)) {
      expect(seqOf(request)).toBeLessThanOrEqual(accepted + 1)
      if (request.status === 204) accepted = Math.max(accepted, seqOf(request))
    }
  }

  const [{ id: again = '' } = {}] = receiver.accepted()
  const requests = () => receiver.received.filter(({ id }) => id === again).map(({ status }) => status)
  const earlier = requests()
  const env = { ...process.env, DATA_DIR: dataDir, WEBHOOKS: JSON.stringify([receiver.endpoint]) }
  const { stdout } = await promisify(execFile)(process.execPath, [bin, 'webhook', 'replay', again], { env })
  expect(stdout).toBe(`${again} is sent again.\n`)
  await expect.poll(requests).toEqual([...earlier, 204])
})
