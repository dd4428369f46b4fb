import { enter, newId, openRoom, type Person, plain, say } from '@parley/server/testing/people'
import { expect, test } from 'vitest'
import { threeNodes } from './nodes.ts'

const nodes = threeNodes({ rateLimits: 'on' })

test('whoever uses the budgets of several nodes waits until one would have been enough; others do not', async () => {
  const spammer = await nodes.arriveAt(0)
  const friend = await nodes.arriveAt(1)
  const devices = [
    spammer,
    ...(await Promise.all([1, 2].map((node) => enter(nodes.server().at(node), spammer.signedIn)))),
  ]
  const conversationId = await openRoom(spammer, [friend])
  const waits: number[] = []
  const send = async (device: Person) => {
    const reply = await device.reply('message.send', { conversationId, id: newId(), body: plain('x') })
    if (!reply.ok) waits.push(reply.error.retryAfterMs ?? 0)
  }
  // A budget on one node alone is full again after three seconds. Sent at once, they spend all three however slow it is.
  const spent = devices.flatMap((device) => Array.from({ length: 40 }, () => device))
  while (!waits.some((ms) => ms > 3_000)) await Promise.all(spent.map(send))
  expect(await say(friend, conversationId)).toMatchObject({ senderId: friend.id })
})

test('guesses at passwords are counted by all nodes together', async () => {
  const { user } = await nodes.server().register('guessed')
  const guess = (node: number) =>
    nodes
      .server()
      .at(node)
      .rest('POST', '/sessions', { body: { username: user.username, password: 'a wrong guess' } })
  const responses = await Promise.all(Array.from({ length: 30 }, (_, index) => guess(index % 3)))
  // Three of the twenty have gone to those who registered.
  expect(responses.filter(({ status }) => status === 429)).toHaveLength(30 - 17)
  for (const node of [0, 1, 2]) expect((await guess(node)).status).toBe(429)
})
