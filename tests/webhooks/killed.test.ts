import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

const seqOf = ({ data }: ReceivedWebhook) => data.messages?.[0]?.seq ?? 0

test(`${deliveries} deliveries to a receiver that fails half of the time, from a server that is killed twice, all arrive in order`, async () => {
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
      timing: { jobRetryMs: 1 },
    })
  let server: ParleyProcess = await start()
  /** Resolves when a server runs. */
  let up = Promise.withResolvers<void>()
  up.resolve()

  // Each fails not at all, once or twice, so that half of the requests do.
  const tries = new Map<string, number>()
  receiver.answer = ({ id }) => {
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

  for (const share of [1 / 4, 1 / 2]) {
    await expect.poll(() => receiver.accepted().length, { interval: 5 }).toBeGreaterThan(rooms * each * share)
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
})
