import type { PresenceStatus } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { arrive, arriveAll, enter, openDirect, openRoom, type Person, settled } from '../../testing/people.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

let server: TestServer
/** One that gives somebody who reloads the time that a busy machine needs. */
let patient: TestServer
beforeAll(async () => {
  server = await startTestServer({ timing: { presenceGraceMs: 100 } })
  patient = await startTestServer({ timing: { presenceGraceMs: 10_000 } })
})
afterAll(() => Promise.all([server.close(), patient.close()]))

const watch = async (watcher: Person, ...people: Person[]) =>
  (await watcher.ask('presence.watch', { userIds: people.map(({ id }) => id) })).presences

const heardBy = (watcher: Person, person: Person) =>
  watcher
    .all('presence.updated')
    .filter(({ userId }) => userId === person.id)
    .map(({ status }) => status)

const hears = (watcher: Person, person: Person, status: PresenceStatus) =>
  watcher.heard('presence.updated', (told) => told.userId === person.id && told.status === status)

/** Two people who share a conversation. */
const acquainted = async (on = server): Promise<[Person, Person]> => {
  const [one, other] = await arriveAll(on, 'one', 'other')
  await openDirect(one, other)
  return [one, other]
}

const set = (person: Person, status: PresenceStatus) => person.ask('presence.set', { status })

describe('coming and going', () => {
  test('watchers are told that a user is online, and later offline with a last-seen time', async () => {
    const [one, other] = await acquainted()
    expect(await watch(one, other)).toEqual([{ userId: other.id, status: 'online', lastSeenAt: null }])
    other.close()
    const gone = await hears(one, other, 'offline')
    expect(gone.lastSeenAt).toEqual(expect.any(Number))
    await enter(server, other.signedIn)
    expect(await hears(one, other, 'online')).toMatchObject({ lastSeenAt: null })
    expect(heardBy(one, other)).toEqual(['offline', 'online'])
  })

  test('a reconnect within the grace period causes no event', async () => {
    const [watcher, reloading, leaving] = await arriveAll(patient, 'watcher', 'reloading', 'leaving')
    await openRoom(watcher, [reloading, leaving])
    await watch(watcher, reloading, leaving)
    reloading.close()
    const again = await enter(patient, reloading.signedIn)
    again.close()
    await enter(patient, reloading.signedIn)
    // Somebody who goes later and does not come back is offline last: by then the other's grace has run out too.
    leaving.close()
    await hears(watcher, leaving, 'offline')
    await settled(watcher)
    expect(heardBy(watcher, reloading)).toEqual([])
  })

  test('a user with several devices is online until the last one disconnects', async () => {
    const [one, other] = await acquainted()
    const third = await arrive(server, 'third')
    await openDirect(one, third)
    const phone = await enter(server, other.signedIn)
    await watch(one, other, third)
    other.close()
    third.close()
    await hears(one, third, 'offline')
    expect(heardBy(one, other)).toEqual([])
    phone.close()
    await hears(one, other, 'offline')
  })

  test('the last-seen time is stored; users who never connected have none', async () => {
    const [one, other] = await acquainted()
    const absent = await server.register('never-here')
    await one.ask('conversation.openDirect', { userId: absent.user.id })
    await watch(one, other)
    other.close()
    const { lastSeenAt } = await hears(one, other, 'offline')
    const look = async () => (await one.ask('presence.watch', { userIds: [other.id, absent.user.id] })).presences
    // It is told at once and stored a moment later.
    await expect.poll(look).toContainEqual({ userId: other.id, status: 'offline', lastSeenAt })
    const presences = await look()
    expect(presences).toContainEqual({ userId: absent.user.id, status: 'offline', lastSeenAt: null })
  })
})

describe('a chosen status', () => {
  test('is sent to watchers once', async () => {
    const [one, other] = await acquainted()
    await watch(one, other)
    for (const status of ['away', 'busy', 'busy', 'online'] as const) {
      expect((await set(other, status)).presence).toEqual({ userId: other.id, status, lastSeenAt: null })
      // Of several changes in one moment only the last is told.
      await hears(one, other, status)
    }
    await hears(one, other, 'online')
    expect(heardBy(one, other)).toEqual(['away', 'busy', 'online'])
    expect(await watch(one, other)).toMatchObject([{ status: 'online' }])
  })

  test('is sent again on request, for those who could not get it before', async () => {
    const [one, other] = await acquainted()
    await watch(one, other)
    await set(other, 'busy')
    await hears(one, other, 'busy')
    await other.ask('presence.set', { status: 'busy', announce: true })
    await expect.poll(() => heardBy(one, other)).toEqual(['busy', 'busy'])
  })

  test('stays after a reload', async () => {
    const [one, other] = await acquainted(patient)
    await watch(one, other)
    await set(other, 'busy')
    other.close()
    await enter(patient, other.signedIn)
    expect(await watch(one, other)).toMatchObject([{ status: 'busy' }])
  })

  test('of offline looks like a departure, and the real one causes no event', async () => {
    const [one, other] = await acquainted()
    const third = await arrive(server, 'third')
    await openDirect(one, third)
    await watch(one, other, third)
    await set(other, 'offline')
    const { lastSeenAt } = await hears(one, other, 'offline')
    expect(lastSeenAt).toEqual(expect.any(Number))
    const hidden = { userId: other.id, status: 'offline', lastSeenAt }
    await expect.poll(() => watch(one, other, third)).toContainEqual(hidden)
    other.close()
    third.close()
    await hears(one, third, 'offline')
    expect(heardBy(one, other)).toEqual(['offline'])
    expect(await watch(one, other)).toEqual([hidden])
  })

  test('is ignored for a user who is not connected', async () => {
    const [one, other] = await acquainted()
    await watch(one, other)
    const { accessToken: token } = other.signedIn
    other.close()
    await hears(one, other, 'offline')
    const response = await server.rest('PUT', '/presence', { token, body: { status: 'busy' } })
    expect(await response.json()).toMatchObject({ data: { presence: { status: 'offline' } } })
    expect(await watch(one, other)).toMatchObject([{ status: 'offline' }])
  })
})

describe('watching', () => {
  test('works for users who share a conversation; others are answered like unknown users', async () => {
    const [one, other] = await acquainted()
    const stranger = await arrive(server, 'stranger')
    expect(await watch(stranger, one, other)).toEqual([])
    expect((await stranger.ask('presence.watch', { userIds: ['nobody'] })).presences).toEqual([])
    expect(await watch(one, stranger, other)).toMatchObject([{ userId: other.id }])
    await set(one, 'busy')
    await set(stranger, 'busy')
    await set(other, 'away')
    await hears(one, other, 'away')
    expect(heardBy(one, stranger)).toEqual([])
    await settled(stranger)
    expect(stranger.all('presence.updated')).toEqual([])
  })

  test('sends events to those who asked, and replaces the earlier list', async () => {
    const [watcher, first, second] = await arriveAll(server, 'watcher', 'first', 'second')
    await openRoom(watcher, [first, second])
    await watch(watcher, first)
    await watch(watcher, second)
    await set(first, 'busy')
    await set(second, 'busy')
    await hears(watcher, second, 'busy')
    expect(heardBy(watcher, first)).toEqual([])
    expect(first.all('presence.updated')).toEqual([])
  })

  test('ends when the last shared conversation ends', async () => {
    const [owner, one, third] = await arriveAll(server, 'owner', 'one', 'third')
    const conversationId = await openRoom(owner, [one])
    await openDirect(one, third)
    await watch(one, owner, third)
    await owner.ask('membership.remove', { conversationId, userId: one.id })
    await set(owner, 'busy')
    await set(third, 'busy')
    await hears(one, third, 'busy')
    expect(heardBy(one, owner)).toEqual([])
    expect(await watch(one, owner)).toEqual([])
  })

  test('does not start while one of the two is only invited', async () => {
    const [owner, guest] = await arriveAll(server, 'owner', 'guest')
    const conversationId = await openRoom(owner)
    await owner.ask('membership.invite', { conversationId, userIds: [guest.id] })
    expect(await watch(guest, owner)).toEqual([])
    expect(await watch(owner, guest)).toEqual([])
    await guest.ask('membership.join', { conversationId })
    expect(await watch(guest, owner)).toMatchObject([{ status: 'online' }])
  })
})
