import { newId, openRoom, say } from '@parley/server/testing/people'
import { topology } from '@parley/server/testing/topology'
import { afterAll, afterEach, expect, test } from 'vitest'
import { startReceiver } from '../../packages/server/src/testing/webhook-receiver.ts'
import { startParley } from '../services/parley-process.ts'
import { threeNodes } from './nodes.ts'

const receiver = await startReceiver()
const webhooks = { webhooks: [receiver.endpoint], webhookNetworks: ['loopback'] }
const timing = { jobRetryMs: 1, jobPollMs: 300, jobLeaseMs: 2_000 }
// A short time limit, so that a node that gets no answer tries again soon.
const nodes = threeNodes({ ...webhooks, timing: { ...timing, webhookMs: 1_000 } })
afterAll(() => receiver.close())
afterEach(() => {
  receiver.answer = () => 204
})

const messagesOf = (conversationId: string) =>
  receiver.accepted().flatMap(({ data }) => (data.conversationId === conversationId ? (data.messages ?? []) : []))

test('webhooks get the messages of three nodes in the order of the conversation', async () => {
  const people = await Promise.all([0, 1, 2].map((node) => nodes.arriveAt(node)))
  const [ana, ...others] = people as [(typeof people)[0], ...typeof people]
  const room = await openRoom(ana, others)
  for (let round = 0; round < 10; round++) await Promise.all(people.map((person) => say(person, room, `${round}`)))
  await expect.poll(() => messagesOf(room)).toHaveLength(30)
  expect(messagesOf(room).map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, at) => at + 1))
  expect(receiver.refused).toEqual([])
})

test('a webhook that a node was sending when it was killed is sent by another node', async () => {
  const { dataDir } = nodes.server()
  const killed = await startParley({
    ...(await topology().optionsFor(dataDir)),
    dataDir,
    redisUrl: nodes.redis().url,
    ...webhooks,
    timing,
  })
  const ana = await nodes.arriveAt(0)
  const room = await openRoom(ana)
  const asked = Promise.withResolvers<void>()
  receiver.answer = ({ type, data }) => {
    if (type !== 'message.created' || data.conversationId !== room) return 204
    // This first request is never answered.
    asked.resolve()
    receiver.answer = () => 204
    return undefined
  }
  await fetch(`${killed.url}/api/v1/conversations/${room}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ana.signedIn.accessToken}` },
    body: JSON.stringify({ id: newId(), body: { kind: 'plain', text: 'Hello' } }),
  })
  await asked.promise
  await killed.kill()
  await say(ana, room, 'after')
  await expect.poll(() => messagesOf(room).map(({ seq }) => seq)).toEqual([1, 2])
})
