import type { Membership } from '@parley/protocol'
import {
  arriveAll,
  enter,
  newId,
  openDirect,
  openRoom,
  type Person,
  plain,
  refusalOf,
  say,
  settled,
} from '@parley/server/testing/people'
import { serverWithPeople } from '@parley/server/testing/server-with-people'
import { expect, test } from 'vitest'

/*
 * E11: with `directMessages: 'requests'`, a user whom a stranger writes to shows them neither presence, typing nor
 * receipts before an answer. On several nodes, the devices of each are on different ones.
 */

const { server } = serverWithPeople([], { directMessages: 'requests' })

const typing = (person: Person, { id }: Person) => person.all('typing.updated').filter(({ userId }) => userId === id)

const statuses = (person: Person, { id }: Person) =>
  person
    .all('presence.updated')
    .filter(({ userId }) => userId === id)
    .map(({ status }) => status)

const watch = async (person: Person, ...others: Person[]) =>
  (await person.ask('presence.watch', { userIds: others.map(({ id }) => id) })).presences

/** The read and delivered positions of a user, wherever another one can read them, over socket and REST. */
async function positionsOf({ id }: Person, viewer: Person, conversationId: string): Promise<[number, number][]> {
  const { accessToken: token } = viewer.signedIn
  const rest = async (method: string, path: string, body?: unknown) =>
    ((await (await server.rest(method, path, { token, ...(body ? { body } : {}) })).json()) as { data: unknown }).data
  const read = { conversationId }
  const answers = [
    await viewer.ask('conversation.get', read),
    await viewer.ask('conversation.list', {}),
    await viewer.ask('membership.list', read),
    await viewer.ask('receipt.list', read),
    await viewer.ask('sync.run', {}),
    await viewer.ask('sync.run', { ...(await positionBefore(viewer, conversationId)) }),
    await rest('GET', `/conversations/${conversationId}`),
    await rest('GET', '/conversations'),
    await rest('GET', `/conversations/${conversationId}/memberships`),
    await rest('GET', `/conversations/${conversationId}/receipts`),
    await rest('POST', '/sync', {}),
  ]
  const found = answers.flatMap((answer) => rowsIn(answer)).filter(({ userId }) => userId === id)
  return found.map(({ readSeq, deliveredSeq }) => [readSeq, deliveredSeq])
}

/** Where a device stands that has everything but what changed in this conversation. */
async function positionBefore(viewer: Person, conversationId: string) {
  const { epoch, account } = await viewer.ask('sync.run', {})
  return { epoch, rev: account.rev, positions: [{ conversationId, rev: 0 }] }
}

/** All objects with positions, at any depth. */
function rowsIn(value: unknown): Membership[] {
  if (typeof value !== 'object' || value === null) return []
  const inside = Object.values(value).flatMap(rowsIn)
  return 'readSeq' in value ? [value as Membership, ...inside] : inside
}

/** Somebody who shares a room with each of the two, who share none. */
async function withFriend(ana: Person, eve: Person): Promise<Person> {
  const [friend] = await arriveAll(server, 'friend')
  await openJoinedRoom(friend, ana)
  await openJoinedRoom(friend, eve)
  await watch(friend, ana)
  return friend
}

async function openJoinedRoom(owner: Person, member: Person): Promise<string> {
  const conversationId = await openRoom(owner, [member])
  await member.ask('membership.join', { conversationId })
  return conversationId
}

/** Sets a status, and waits until it would have reached these watchers, who watch the friend, too. */
async function setStatus(ana: Person, friend: Person, watchers: readonly Person[], status: 'busy' | 'away') {
  await ana.ask('presence.set', { status })
  await friend.heard('presence.updated', (told) => told.userId === ana.id && told.status === status)
  await friend.ask('presence.set', { status })
  for (const watcher of watchers) {
    await watcher.heard('presence.updated', (told) => told.userId === friend.id && told.status === status)
  }
}

const isOf = (person: Person) => (told: { userId: string }) => told.userId === person.id

async function typeAndRead(person: Person, conversationId: string, seq: number): Promise<void> {
  await person.ask('typing.set', { conversationId, isTyping: true })
  await person.ask('typing.set', { conversationId, isTyping: false })
  await person.ask('receipt.delivered', { conversationId, seq })
  await person.ask('receipt.read', { conversationId, seq })
}

test('E11: a stranger sees neither presence, typing nor receipts before an answer, and afterwards all of them', async () => {
  const [ana, eve] = await arriveAll(server, 'ana', 'eve')
  const devices = [eve, await enter(server, eve.signedIn), await enter(server, eve.signedIn)]
  const friend = await withFriend(ana, eve)
  const direct = await openDirect(eve, ana)
  await say(eve, direct, 'Who are you?')
  await ana.heard('message.created', ({ conversationId }) => conversationId === direct)
  const hidden = { userId: ana.id, status: 'offline', lastSeenAt: null }
  for (const device of devices) expect(await watch(device, ana, friend)).toContainEqual(hidden)
  const body = { userIds: [ana.id] }
  const response = await server.rest('POST', '/presence/watch', { token: eve.signedIn.accessToken, body })
  expect(await response.json()).toMatchObject({ data: { presences: [hidden] } })

  await typeAndRead(ana, direct, 1)
  await ana.ask('user.update', { displayName: 'Ana of the next door' })
  await setStatus(ana, friend, devices, 'busy')
  await settled(...devices)
  for (const device of devices) {
    expect(statuses(device, ana)).toEqual([])
    expect(typing(device, ana)).toEqual([])
    expect(device.all('receipt.updated').flatMap(({ receipts }) => receipts.filter(isOf(ana)))).toEqual([])
    const shown = device.all('membership.updated').flatMap(({ memberships = [] }) => memberships.filter(isOf(ana)))
    for (const { readSeq, deliveredSeq } of shown) expect([readSeq, deliveredSeq]).toEqual([0, 0])
    expect(await watch(device, ana, friend)).toContainEqual(hidden)
  }
  const positions = await positionsOf(ana, eve, direct)
  expect(positions.length).toBeGreaterThan(8)
  expect(positions).toEqual(positions.map(() => [0, 0]))

  // The one who wrote shows everything, as before.
  expect(await watch(ana, eve)).toMatchObject([{ status: 'online' }])
  await eve.ask('typing.set', { conversationId: direct, isTyping: true })
  await ana.heard('typing.updated', isOf(eve))

  const answer = await say(ana, direct, 'Your neighbour')
  for (const device of devices) {
    await device.heard('presence.updated', (told) => told.userId === ana.id && told.status === 'busy')
  }
  await typeAndRead(ana, direct, answer.seq)
  await setStatus(ana, friend, devices, 'away')
  for (const device of devices) {
    await device.heard('typing.updated', isOf(ana))
    await device.heard('receipt.updated', ({ receipts }) => receipts.some((row) => row.readSeq === answer.seq))
    await device.heard('presence.updated', (told) => told.userId === ana.id && told.status === 'away')
    expect(await watch(device, ana)).toMatchObject([{ status: 'away' }])
  }
  const after = await positionsOf(ana, eve, direct)
  expect(after).toEqual(after.map(() => [answer.seq, answer.seq]))
})

test('E11: a block shows nothing of a user who has not answered', async () => {
  const [ana, eve] = await arriveAll(server, 'ana', 'eve')
  const friend = await withFriend(ana, eve)
  const direct = await openDirect(eve, ana)
  await say(eve, direct)
  await watch(eve, ana, friend)
  await ana.heard('message.created', ({ conversationId }) => conversationId === direct)
  await typeAndRead(ana, direct, 1)
  await ana.ask('block.add', { userId: eve.id })
  const blocked = await positionsOf(ana, eve, direct)
  expect(blocked).toEqual(blocked.map(() => [0, 0]))
  await setStatus(ana, friend, [eve], 'busy')
  expect(statuses(eve, ana)).toEqual([])
  await ana.ask('block.remove', { userId: eve.id })
  const after = await positionsOf(ana, eve, direct)
  expect(after).toEqual(after.map(() => [0, 0]))
})

test('E11: to become contacts is an answer, and contacts need none', async () => {
  const [ana, eve, bo] = await arriveAll(server, 'ana', 'eve', 'bo')
  const friend = await withFriend(ana, eve)
  const direct = await openDirect(eve, ana)
  expect(await watch(eve, ana, friend)).toContainEqual({ userId: ana.id, status: 'offline', lastSeenAt: null })
  await eve.ask('contact.request', { userId: ana.id })
  await setStatus(ana, friend, [eve], 'busy')
  expect(statuses(eve, ana)).toEqual([])
  await ana.ask('contact.accept', { userId: eve.id })
  await eve.heard('presence.updated', (told) => told.userId === ana.id && told.status === 'busy')
  await ana.ask('typing.set', { conversationId: direct, isTyping: true })
  await eve.heard('typing.updated', isOf(ana))
  // A contact that ends later takes nothing back.
  await ana.ask('contact.remove', { userId: eve.id })
  expect(await watch(eve, ana)).toMatchObject([{ status: 'busy' }])

  await bo.ask('contact.request', { userId: ana.id })
  await ana.ask('contact.accept', { userId: bo.id })
  await openDirect(bo, ana)
  expect(await watch(bo, ana)).toMatchObject([{ status: 'busy' }])
})

test('E11: members of a room see each other’s presence there, and in an unanswered direct conversation nothing else', async () => {
  const [ana, eve] = await arriveAll(server, 'ana', 'eve')
  const room = await openJoinedRoom(ana, eve)
  const direct = await openDirect(eve, ana)
  await say(eve, direct)
  expect(await watch(eve, ana)).toMatchObject([{ status: 'online' }])
  await ana.ask('presence.set', { status: 'busy' })
  await eve.heard('presence.updated', (told) => told.userId === ana.id && told.status === 'busy')
  await typeAndRead(ana, direct, 1)
  await ana.ask('typing.set', { conversationId: room, isTyping: true })
  await eve.heard('typing.updated', ({ conversationId }) => conversationId === room)
  await settled(eve)
  expect(typing(eve, ana).map(({ conversationId }) => conversationId)).toEqual([room])
  expect(eve.all('receipt.updated').filter(({ conversationId }) => conversationId === direct)).toEqual([])

  await eve.ask('membership.leave', { conversationId: room })
  expect(await watch(eve, ana)).toEqual([{ userId: ana.id, status: 'offline', lastSeenAt: null }])
})

test('E11: a stranger can only invite to a room, and sees no presence of those who are invited', async () => {
  const [ana, eve] = await arriveAll(server, 'ana', 'eve')
  const room = await openRoom(eve, [ana])
  const { memberships } = await eve.ask('membership.list', { conversationId: room })
  expect(memberships.find(isOf(ana))).toMatchObject({ state: 'invited' })
  expect(await watch(eve, ana)).toEqual([])
  const empty = await openRoom(eve)
  await eve.ask('membership.add', { conversationId: empty, userIds: [ana.id] })
  expect(await watch(eve, ana)).toEqual([])
  await ana.ask('membership.join', { conversationId: empty })
  expect(await watch(eve, ana)).toMatchObject([{ status: 'online' }])
})

test('E11: a message that is refused is no answer, one that is deleted later was one', async () => {
  const [ana, eve] = await arriveAll(server, 'ana', 'eve')
  const direct = await openDirect(eve, ana)
  const mine = await say(eve, direct)
  const refused = { conversationId: direct, id: newId(), body: { ...plain('See'), attachments: [newId()] } }
  expect(await refusalOf(ana, 'message.send', refused)).toBeDefined()
  expect(await refusalOf(ana, 'message.send', { conversationId: direct, id: mine.id, body: plain('x') })).toBeDefined()
  expect(await watch(eve, ana)).toMatchObject([{ status: 'offline' }])
  const { id: messageId } = await say(ana, direct)
  await ana.ask('message.delete', { messageId })
  expect(await watch(eve, ana)).toMatchObject([{ status: 'online' }])
})

test('E11: whom one has written to oneself sees presence, and an answer counts in later conversations of the two', async () => {
  const [ana, eve] = await arriveAll(server, 'ana', 'eve')
  await openDirect(ana, eve)
  expect(await watch(eve, ana)).toMatchObject([{ status: 'online' }])
  expect(await watch(ana, eve)).toMatchObject([{ status: 'offline' }])
  // The answer is in the same transaction as a message of the other, when they come together.
  const [direct] = [await openDirect(ana, eve)]
  await Promise.all([say(ana, direct), say(eve, direct), say(ana, direct)])
  expect(await watch(ana, eve)).toMatchObject([{ status: 'online' }])
  const { summary } = await ana.ask('conversation.openDirect', { userId: eve.id, context: 'job-7' })
  const later = summary.conversation.id
  await eve.ask('typing.set', { conversationId: later, isTyping: true })
  await ana.heard('typing.updated', ({ conversationId }) => conversationId === later)
})
