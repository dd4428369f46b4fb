import { afterAll, beforeAll, expect, test } from 'vitest'
import { arriveAll, enter, openDirect, openRoom, type Person, refusalOf, say, settled } from '../../testing/people.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

let patient: TestServer
let hasty: TestServer
let ana: Person
let bo: Person
let cleo: Person
beforeAll(async () => {
  ;[patient, hasty] = await Promise.all([startTestServer(), startTestServer({ timing: { typingMs: 50 } })])
  ;[ana, bo, cleo] = await arriveAll(patient, 'ana', 'bo', 'cleo')
})
afterAll(() => Promise.all([patient.close(), hasty.close()]))

const set = (person: Person, conversationId: string, isTyping: boolean) =>
  person.ask('typing.set', { conversationId, isTyping })

const heardBy = (person: Person, conversationId: string) =>
  person
    .all('typing.updated')
    .filter((told) => told.conversationId === conversationId)
    .map(({ userId, isTyping }) => [userId, isTyping])

test('typing is told to the other members, and to none of one’s own devices', async () => {
  const conversationId = await openRoom(ana, [bo])
  const phone = await enter(patient, ana.signedIn)
  await set(ana, conversationId, true)
  await set(ana, conversationId, false)
  await settled(ana, phone, bo, cleo)
  expect(heardBy(bo, conversationId)).toEqual([
    [ana.id, true],
    [ana.id, false],
  ])
  for (const person of [ana, phone, cleo]) expect(heardBy(person, conversationId)).toEqual([])
})

test('typing stops by itself after a time', async () => {
  const [one, other] = await arriveAll(hasty, 'one', 'other')
  const conversationId = await openDirect(one, other)
  await set(one, conversationId, true)
  await other.heard('typing.updated', ({ isTyping }) => !isTyping)
  await set(one, conversationId, true)
  await other.heard('typing.updated', () => heardBy(other, conversationId).length === 4)
  expect(heardBy(other, conversationId)).toEqual([
    [one.id, true],
    [one.id, false],
    [one.id, true],
    [one.id, false],
  ])
  expect(heardBy(one, conversationId)).toEqual([])
})

test('typing stops just before the message arrives', async () => {
  const conversationId = await openRoom(ana, [bo])
  await settled(bo)
  const order: string[] = []
  const note = (name: string, payload: { conversationId?: string; isTyping?: boolean }) => {
    if (payload.conversationId === conversationId) order.push(`${name} ${payload.isTyping ?? ''}`)
  }
  bo.socket.onAny(note)
  await set(ana, conversationId, true)
  await say(ana, conversationId)
  await settled(bo)
  bo.socket.offAny(note)
  expect(order).toEqual(['typing.updated true', 'typing.updated false', 'message.created '])
})

test('a message of one member does not stop the typing of another', async () => {
  const conversationId = await openRoom(ana, [bo, cleo])
  await set(ana, conversationId, true)
  await set(bo, conversationId, true)
  await say(bo, conversationId)
  await settled(cleo)
  expect(heardBy(cleo, conversationId)).toEqual([
    [ana.id, true],
    [bo.id, true],
    [bo.id, false],
  ])
})

test('typing in one conversation does not affect another', async () => {
  const [first, second] = [await openRoom(ana, [bo]), await openRoom(ana, [bo])]
  await set(ana, first, true)
  await say(ana, second)
  await settled(bo)
  expect(heardBy(bo, first)).toEqual([[ana.id, true]])
  expect(heardBy(bo, second)).toEqual([])
})

test('the end of typing is told only to those who were told of its start', async () => {
  const conversationId = await openRoom(ana, [bo])
  await set(ana, conversationId, false)
  await set(ana, conversationId, true)
  await say(ana, conversationId)
  await set(ana, conversationId, false)
  await settled(bo)
  expect(heardBy(bo, conversationId)).toEqual([
    [ana.id, true],
    [ana.id, false],
  ])
})

test('typing ends with the membership, by leaving or by removal', async () => {
  const conversationId = await openRoom(ana, [bo, cleo])
  await set(bo, conversationId, true)
  await set(cleo, conversationId, true)
  await bo.ask('membership.leave', { conversationId })
  await ana.ask('membership.remove', { conversationId, userId: cleo.id })
  await settled(ana)
  expect(heardBy(ana, conversationId)).toEqual([
    [bo.id, true],
    [cleo.id, true],
    [bo.id, false],
    [cleo.id, false],
  ])
  expect(await refusalOf(bo, 'typing.set', { conversationId, isTyping: true })).toMatchObject({ code: 'not_found' })
})

test('typing is not stored and does not change the revision', async () => {
  const conversationId = await openRoom(ana, [bo])
  const before = (await bo.ask('conversation.get', { conversationId })).summary.rev
  await set(ana, conversationId, true)
  const { summary } = await bo.ask('conversation.get', { conversationId })
  expect(summary.rev).toBe(before)
  await set(ana, conversationId, false)
})
