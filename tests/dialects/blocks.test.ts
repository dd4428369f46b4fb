import type { Output, SignedIn } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { conversationStage } from './conversation-stage.ts'
import type { Fields } from './inbox.ts'
import { pernClients } from './pern-client.ts'
import { stage } from './stage.ts'
import { type Cast, gather, openRoom } from './voices/cast.ts'
import type { Made } from './voices/made.ts'
import { expectHeard } from './voices/one-story.ts'
import type { Voice } from './voices/voice.ts'

const on = stage({ timing: { presenceGraceMs: 100 } })
const conversations = conversationStage(on)
const pern = pernClients(on)

/** One blocks the other at a native client: no document has a word for it. */
const block = async (blocking: SignedIn, userId: string) => {
  const native = await on.server().connect(blocking)
  await native.ask('block.add', { userId })
  native.close()
}

const blockers = ['the sender', 'the reader'] as const

test.each(blockers)('002 and 003: reading is not shown in a history once %s blocks the other', async (blocker) => {
  const { ana, bo, conversationId } = await conversations.pair()
  ana.sendMessage(conversationId, bo.id, 'Hello')
  const { _id } = await bo.inbox.next('new_message')
  await ana.inbox.next('message_delivered')
  if (blocker === 'the sender') await block(ana.signedIn, bo.id)
  else await block(bo.signedIn, ana.id)
  expect(await bo.ask('mark_as_read', { conversationId, messageIds: [_id] })).toMatchObject({ readBy: bo.id })
  const unread = [{ _id, status: 'delivered', is_read: false, delivered_at: null }]
  expect((await ana.ask('get_messages', { conversationId })).messages).toMatchObject(unread)
  const { body } = await ana.rest.get(`/api/chat/conversations/${conversationId}/messages`)
  expect(body.data).toMatchObject({ messages: [{ _id, status: 'delivered' }] })
})

test.each(blockers)('004: reading is not shown in the statuses once %s blocks the other', async (blocker) => {
  const signedIn = { ana: await on.signUp(), bo: await on.signUp() }
  const [ana, bo] = [await pern.arrive(signedIn.ana), await pern.arrive(signedIn.bo)]
  const conversationId = await ana.openDirect(bo)
  const { id } = await ana.send(conversationId, 'Hello')
  await bo.inbox.next('chat:message_received')
  await ana.inbox.next('chat:message_status_updated', { status: 'delivered' })
  if (blocker === 'the sender') await block(signedIn.ana, bo.id)
  else await block(signedIn.bo, ana.id)
  expect(await bo.ask('chat:message_read', { messageId: id })).toMatchObject({ success: true })
  expect(await ana.history(conversationId)).toMatchObject([
    { id, statuses: [{ user_id: bo.id, status: 'delivered', timestamp: null }] },
  ])
})

describe('people at clients of all vocabularies in one room, of whom each has blocked the next', () => {
  let cast: Cast
  let made: Made
  beforeAll(async () => {
    cast = await gather(on)
    made = await openRoom(cast)
    const { voices, sessions } = cast
    for (const [at, voice] of voices.entries()) {
      const next = voices[(at + 1) % voices.length] as Voice
      await block(sessions.get(voice.id) as SignedIn, next.id)
    }
  })
  afterAll(() => Promise.all([...cast.voices, ...cast.strangers].map((voice) => voice.close())))

  /** All others: those between whom and this one there is a block, and those between whom there is none. */
  const othersOf = (voice: Voice) => {
    const { voices } = cast
    const at = voices.indexOf(voice)
    const isApart = (other: number) => [1, voices.length - 1].includes((other - at + voices.length) % voices.length)
    const others = voices
      .map((other, place) => ({ other, isApart: isApart(place) }))
      .filter(({ other }) => other !== voice)
    const those = (wanted: boolean) => others.filter((one) => one.isApart === wanted).map(({ other }) => other)
    return { apart: those(true), near: those(false) }
  }

  const heardOf = (voice: Voice, { id }: Voice, isIt: (event: string, payload: Fields) => boolean, from = 0) =>
    voice
      .heard()
      .slice(from)
      .filter(({ event, payload }) => Object(payload).userId === id && isIt(event, Object(payload)))

  test('no member hears another type across a block', async () => {
    const isTyping = (_: string, { isTyping }: Fields) => isTyping === true
    for (const voice of cast.voices) {
      const { apart, near } = othersOf(voice)
      await voice.type(made.room)
      for (const other of near) {
        const message = `${other.name} hears ${voice.name}`
        await expect.poll(() => heardOf(other, voice, isTyping).length, { message }).toBeGreaterThan(0)
      }
      for (const other of apart) {
        await other.heardAll()
        expect(heardOf(other, voice, isTyping), `${other.name} hears ${voice.name}`).toEqual([])
      }
    }
  })

  test('no sender hears across a block that a message was received or read', async () => {
    const { voices, sessions } = cast
    const hasRead = async ({ id }: Voice) => {
      const token = (sessions.get(id) as SignedIn).accessToken
      const answer = await on.server().rest('GET', `/conversations/${made.room}`, { token })
      const { data } = (await answer.json()) as { data: Output<'conversation.get'> }
      const { lastSeq, memberships } = data.summary
      return memberships.some(({ userId, readSeq }) => userId === id && readSeq === lastSeq)
    }
    const readAll = async (readers: readonly Voice[], id: string) => {
      for (const reader of readers) {
        await reader.read?.(made.room, id)
        if (reader.read) await expect.poll(() => hasRead(reader), { message: `${reader.name} has read` }).toBe(true)
      }
    }
    for (const voice of voices) {
      const { apart, near } = othersOf(voice)
      const id = await made.say(voice, `${voice.name} asks who reads this`)
      await expectHeard({ ...cast, voices: voices.filter((other) => other !== voice) }, made.room, id)
      const delivered = () => voice.heard().filter(({ event, payload }) => tellsDelivered(event, Object(payload), id))
      // A bare socket reports nothing before it reads.
      const reporting = near.filter(({ name }) => name !== 'socket').length
      if (tellsStatuses(voice)) await expect.poll(() => delivered().length).toBe(reporting)
      // Theirs would be told first.
      await readAll(apart, id)
      await readAll(near, id)
      for (const reader of near) {
        const message = `${voice.name} hears that ${reader.name} read`
        if (voice.reads && reader.read)
          await expect.poll(() => voice.reads?.(), { message }).toContain(`${id} ${reader.id}`)
      }
      await voice.heardAll()
      for (const reader of apart) expect(voice.reads?.() ?? []).not.toContain(`${id} ${reader.id}`)
      if (tellsStatuses(voice)) expect(delivered()).toHaveLength(near.length)
    }
  })

  test('no member hears across a block who comes or goes', async () => {
    const isPresence = (event: string) => /^(presence:changed|user_online_status|user:status_changed)$/.test(event)
    for (const voice of cast.voices.filter(({ leave }) => leave)) {
      const { apart, near } = othersOf(voice)
      const before = new Map(cast.voices.map((other) => [other, other.heard().length]))
      const presences = (other: Voice) => heardOf(other, voice, isPresence, before.get(other))
      const foreign = near.filter(({ leave }) => leave)
      const allHear = (count: number) =>
        Promise.all(
          foreign.map((other) =>
            expect
              .poll(() => presences(other).length, { message: `${other.name} hears of ${voice.name}` })
              .toBeGreaterThanOrEqual(count),
          ),
        )
      await voice.leave?.()
      await allHear(1)
      await voice.comeBack?.()
      await allHear(2)
      for (const other of apart) {
        await other.heardAll()
        expect(presences(other), `${other.name} hears of ${voice.name}`).toEqual([])
      }
    }
  })
})

/** Only these vocabularies have events for the sender. */
const tellsStatuses = ({ name }: Voice): boolean => ['002', '003', '004'].includes(name)

const tellsDelivered = (event: string, { messageId, status }: Fields, id: string): boolean =>
  messageId === id &&
  (event === 'message_delivered' || (event === 'chat:message_status_updated' && status === 'delivered'))

describe('in a direct conversation with a block', () => {
  const apart = [0, 1]

  test.each(apart)('002 and 003: nothing passes, by a block of the first or the second (%i)', async (blocker) => {
    const { ana, bo, conversationId } = await conversations.pair()
    const both = [ana, bo] as const
    await block((both[blocker] ?? ana).signedIn, (both[1 - blocker] ?? bo).id)
    for (const one of both) await one.heardAll()
    const before = both.map(({ inbox }) => inbox.heard.length)
    for (const [one, other] of [both, [bo, ana]] as const) {
      for (const argument of [{ conversationId }, { receiverId: other.id }]) {
        const answer = await one.ask('send_message', { ...argument, text: 'Hello?' })
        expect(answer).toMatchObject({ status: 'error', error: { code: 'NO_CONTACT' } })
      }
      await one.ask('typing_start', { conversationId })
      expect(await one.ask('get_online_status', { userId: other.id })).toMatchObject({
        isOnline: false,
        lastSeen: null,
      })
      const lists = [one.ask('get_conversations', undefined), one.rest.get('/api/chat/conversations')] as const
      const [listed, { body }] = await Promise.all(lists)
      for (const list of [listed, body.data]) expect(list).toMatchObject([{ otherUser: { isOnline: false } }])
    }
    for (const [at, one] of both.entries()) {
      await one.heardAll()
      const heard = one.inbox.heard.slice(before[at])
      const own = /^(error|exception|user_online_status)$/
      expect(heard.filter(({ event }) => !own.test(event))).toEqual([])
      const isOfOther = ({ isOnline, userId }: Fields) => isOnline === true && userId !== one.id
      expect(heard.filter(({ payload }) => isOfOther(Object(payload)))).toEqual([])
    }
  })

  test.each(apart)('004: nothing passes, by a block of the first or the second (%i)', async (blocker) => {
    const signedIn = [await on.signUp(), await on.signUp()] as const
    const [ana, bo] = [await pern.arrive(signedIn[0]), await pern.arrive(signedIn[1])]
    const conversationId = await ana.openDirect(bo)
    const both = [ana, bo] as const
    for (const one of both) await one.ask('presence:online')
    await block(signedIn[blocker] ?? signedIn[0], (both[1 - blocker] ?? bo).id)
    for (const one of both) await one.heardAll()
    const before = both.map(({ inbox }) => inbox.heard.length)
    for (const one of both) {
      const message = { conversationId, contentEncrypted: 'Hello?' }
      const refused = { success: false, error: { name: 'ForbiddenError' } }
      expect(await one.ask('chat:message_send', message)).toMatchObject(refused)
      await one.ask('chat:typing', { conversationId, isTyping: true })
      await one.ask('presence:offline')
      await one.ask('presence:online')
    }
    for (const [at, one] of both.entries()) {
      await one.heardAll()
      const heard = one.inbox.heard.slice(before[at]).filter(({ event }) => event !== 'error')
      expect(heard.filter(({ payload }) => Object(payload).userId !== one.id)).toEqual([])
    }
  })

  test.each(apart)('000 and 001: nothing passes, by a block of the first or the second (%i)', async (blocker) => {
    const [ana, bo] = [await on.speak('000'), await on.speak('001')]
    ana.sendDirectMessage(bo.id, 'Hello')
    await bo.inbox.next('dm:new')
    const both = [ana, bo] as const
    await block((both[blocker] ?? ana).signedIn, (both[1 - blocker] ?? bo).id)
    for (const one of both) await one.heardAll()
    const before = both.map(({ inbox }) => inbox.heard.length)
    for (const [one, other] of [both, [bo, ana]] as const) {
      one.sendDirectMessage(other.id, 'Hello?')
      expect(await one.inbox.next('error')).toMatchObject({ code: 'DM_FAILED', reason: 'no_contact' })
      const { body } = await one.rest.list('/chat/conversations')
      expect(body).toMatchObject([{ id: other.id, isOnline: false, lastSeenAt: null }])
    }
    for (const [at, one] of both.entries()) {
      await one.heardAll()
      const heard = one.inbox.heard.slice(before[at]).filter(({ event }) => !/^(error|ping)$/.test(event))
      expect(heard.filter(({ payload }) => Object(payload).userId !== one.id)).toEqual([])
    }
  })
})
