import { newId, plain } from '@parley/server/testing/people'
import { stopClock } from '@parley/server/testing/stopped-clock'
import { describe, expect, onTestFinished, test } from 'vitest'
import { conversationStage } from './conversation-stage.ts'
import type { Fields } from './inbox.ts'
import { pernClients } from './pern-client.ts'
import type { Vocabulary } from './speaker.ts'
import { stage } from './stage.ts'

const vocabularies: Vocabulary[] = ['000', '001']

describe('hole 17: limits', () => {
  const on = stage({ rateLimits: 'on' })

  test.each(vocabularies)(
    'a client of %s that sends too fast is refused with a time to wait, and others are not disturbed',
    async (vocabulary) => {
      const [ana, eve] = [await on.speak('000'), await on.speak(vocabulary)]
      const roomId = await ana.createRoom('General')
      await eve.enterRoom(roomId)
      for (let count = 0; count < 100; count += 1) eve.sendMessage(roomId, `flood ${count}`)
      const refusal = await eve.inbox.next('error', { code: 'SEND_FAILED', reason: 'rate_limited' })
      expect(refusal.retryAfterMs).toBeGreaterThan(0)
      await eve.heardAll()
      const through = eve.inbox.all('message:new').length
      expect(through).toBeGreaterThan(0)
      expect(through + eve.inbox.all('error').filter(({ code }) => code === 'SEND_FAILED').length).toBe(100)
      await ana.sendAndHear(roomId, 'undisturbed')
    },
  )

  test('the limit on opening conversations does not limit messages in one', async () => {
    const [ana, bo] = [await on.speak('000'), await on.speak('001')]
    for (let count = 0; count < 40; count += 1) {
      // In the rhythm of an exchange, so that the limit on sending is not what is met.
      const [from, to] = count % 2 === 0 ? [ana, bo] : [bo, ana]
      from.sendDirectMessage(to.id, `message ${count}`)
      await to.inbox.next('dm:new', { content: `message ${count}` })
    }
    expect([...ana.inbox.all('error'), ...bo.inbox.all('error')]).toEqual([])
  })
})

describe('the limits on reading', () => {
  const on = stage({ rateLimits: 'on' })
  const { come } = pernClients(on)
  const conversations = conversationStage(on)

  test('a list of document 004 with many groups is within the limits, and has the participants of each', async () => {
    const [ana, bo] = [await come(), await come()]
    for (let number = 0; number < 60; number += 1) {
      await on
        .server()
        .parley.as(ana.id)
        .ask('conversation.create', { name: `Team ${number}`, userIds: number % 2 ? [bo.id] : [] })
    }
    const direct = await ana.openDirect(bo)
    const lists = await Promise.all([1, 2, 3, 4].map(() => ana.rest.get('/api/conversations?limit=100')))
    for (const { status, body } of lists) {
      expect(status).toBe(200)
      const named = (body.data as Fields[]).map(({ id, title, participants }) => {
        const people = (participants as { user_id: string; user: Fields }[]).map(({ user_id: id, user }) => [
          id,
          user.id,
        ])
        return { id, title, people: people.toSorted() }
      })
      const both = [ana, bo].map(({ id }) => [id, id]).toSorted()
      expect(named).toHaveLength(61)
      expect(named[0]).toEqual({ id: direct, title: bo.username, people: both })
      expect(named[1]).toMatchObject({ title: 'Team 59', people: both })
      expect(named[60]).toMatchObject({ title: 'Team 0', people: [[ana.id, ana.id]] })
    }
  })

  test('a history of document 002 is within the limits, also behind many deleted messages and with a small limit', async () => {
    const [ana, bo] = [await conversations.come(), await conversations.come()]
    const as = on.server().parley.as(ana.id)
    const { summary } = await as.ask('conversation.openDirect', { userId: bo.id })
    const conversationId = summary.conversation.id
    const say = (text: string) => as.ask('message.send', { conversationId, id: newId(), body: plain(text) })
    await say('This stays')
    for (let number = 0; number < 230; number += 1) {
      const { message } = await say('This goes')
      await as.ask('message.delete', { messageId: message.id })
    }
    const page = await bo.ask('get_messages', { conversationId, limit: 1 })
    expect(page).toMatchObject({ messages: [{ content: { text: 'This stays' } }], hasMore: false })
  })
})

describe('hole 17: a token that expires', () => {
  const on = stage({ accessTokenSeconds: 20 })

  test.each(vocabularies)('ends the socket of a client of %s', async (vocabulary) => {
    const clock = stopClock()
    onTestFinished(clock.release)
    const bo = await on.speak(vocabulary, { reconnection: false })
    await bo.heardAll()
    await clock.pass(20_000)
    await bo.inbox.next('disconnect')
    expect((await bo.rest.get('/chat/rooms')).status).toBe(401)
  })
})

describe('hole 14: departures', () => {
  const on = stage({ timing: { presenceGraceMs: 1_000 } })

  /** How many sockets are connected, as the server knows it. */
  const connections = async () => {
    const text = await (await fetch(`${on.server().url}/metrics`)).text()
    const counts = text.matchAll(/^parley_connections\{.*\} (\d+)$/gm)
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
  }

  test.each(vocabularies)('a user who has disconnected from %s is offline, with the time', async (vocabulary) => {
    const [ana, bo] = await Promise.all([on.speak('000'), on.speak(vocabulary)])
    bo.sendDirectMessage(ana.id, 'bye')
    await ana.inbox.next('dm:new')
    const clock = stopClock()
    onTestFinished(clock.release)
    const before = await connections()
    bo.socket.close()
    await expect.poll(connections).toBe(before - 1)
    await clock.pass(1_000)
    const gone = await ana.inbox.next('presence:changed', { userId: bo.id, status: 'offline' })
    expect(Date.parse(String(gone.lastSeenAt))).toBe(Date.now())
    await expect
      .poll(async () => (await ana.rest.list('/chat/conversations')).body)
      .toMatchObject([{ id: bo.id, isOnline: false, lastSeenAt: gone.lastSeenAt }])
  })

  test('a user who connects is online, without a last-seen time', async () => {
    const ana = await on.speak('000')
    const signedIn = await on.signUp()
    const first = await on.arrive('001', signedIn)
    first.sendDirectMessage(ana.id, 'bye')
    await ana.inbox.next('dm:new')
    first.socket.close()
    await ana.inbox.next('presence:changed', { userId: first.id, status: 'offline' })
    await on.arrive('000', signedIn)
    const back = await ana.inbox.next('presence:changed', { userId: first.id, status: 'online' })
    expect(back.lastSeenAt).toBeNull()
  })
})

describe('the heartbeat of document 001', () => {
  const on = stage({ timing: { pingMs: 20 } })

  test('ping { time } is sent regularly, and not to a client of 000', async () => {
    const [bo, ana] = await Promise.all([on.speak('001'), on.speak('000')])
    for (let count = 0; count < 4; count += 1) {
      expect(await bo.inbox.next('ping')).toEqual({ time: expect.stringMatching(/^\d{4}-.*Z$/) })
    }
    await ana.heardAll()
    expect(ana.inbox.all('ping')).toEqual([])
  })
})
