import { createChat } from '@parley/client'
import { arriveAll, enter, openDirect, openRoom, plain, say, settled } from '@parley/server/testing/people'
import { serverWithPeople } from '@parley/server/testing/server-with-people'
import { expect, onTestFinished, test } from 'vitest'
import { startTcpLine } from '../services/tcp-line.ts'

/*
 * Devices of others drop everything of a user who is erased, on every node.
 */

const { server } = serverWithPeople([])
const canary = 'kanarienvogel'

test('devices that are connected, and those that reconnect, drop everything of a user who is erased', async () => {
  const [bird, bo] = await arriveAll(server, canary, 'bo')
  await bird.ask('user.update', { displayName: `The ${canary}` })
  const direct = await openDirect(bird, bo)
  const room = await openRoom(bo, [bird])
  for (const conversationId of [direct, room]) await say(bird, conversationId, `${canary} sings`)
  const other = await say(bo, room, 'What bo says')
  await bird.ask('reaction.add', { messageId: other.id, emoji: '🐦' })
  await bird.ask('contact.request', { userId: bo.id })

  const line = await startTcpLine(Number(new URL(server.url).port))
  onTestFinished(() => line.close())
  const chatAt = (url: string) => createChat({ url, auth: bo.signedIn.accessToken })
  const [there, away] = [chatAt(server.url), chatAt(`http://127.0.0.1:${line.port}`)]
  for (const chat of [there, away]) {
    onTestFinished(() => chat.close())
    await chat.connect()
    for (const conversationId of [direct, room]) await chat.messages.loadLatest(conversationId)
    expect(JSON.stringify(chat.store.getState())).toContain(canary)
  }
  const devices = [bird, await enter(server, bird.signedIn), await enter(server, bird.signedIn)]
  await settled(...devices, bo)
  line.cut(true)
  await expect.poll(() => away.store.getState().status).toBe('offline')

  // With several nodes, each is asked to do the same work at once.
  await Promise.all([1, 2, 3].map(() => server.parley.users.erase(bird.id)))
  for (const device of devices) expect(await device.heard('session.ended')).toEqual({ reason: 'revoked' })
  await settled(bo)
  line.cut(false)
  for (const chat of [there, away]) {
    const state = () => chat.store.getState()
    await expect.poll(() => JSON.stringify(state()).includes(canary)).toBe(false)
    expect(state().users[bird.id]).toMatchObject({ displayName: 'Deleted user', avatarUrl: null })
    expect(state().conversations[room]?.messages.map(({ seq }) => seq)).toEqual([1, 2])
  }
  expect(
    (await bo.ask('message.send', { conversationId: room, id: other.id, body: plain('What bo says') })).message.seq,
  ).toBe(2)
})
