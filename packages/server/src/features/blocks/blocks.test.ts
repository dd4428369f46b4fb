import type { Output } from '@parley/protocol'
import { expect, test } from 'vitest'
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
} from '../../testing/people.ts'
import { askOverRest } from '../../testing/rest-form.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'

/** In each test `ana` blocks `bo`, and `bo` must not learn it. */
const { server } = serverWithPeople([])

const cast = () => arriveAll(server, 'ana', 'bo', 'cleo')
const block = (who: Person, whom: Person) => who.ask('block.add', { userId: whom.id })
const sending = (conversationId: string) => ({ conversationId, id: newId(), body: plain('Hello') })

/** Collects every event that a person receives from now on. Events of earlier actions have arrived before. */
const heardBy = async (person: Person) => {
  await settled(person)
  const heard: [name: string, payload: unknown][] = []
  person.socket.onAny((name: string, payload: unknown) => heard.push([name, payload]))
  return heard
}

test('all devices of the blocking user get the event of a block, and no others', async () => {
  const [ana, bo, cleo] = await cast()
  const elsewhere = await enter(server, ana.signedIn)
  const [heard, byOthers] = [await heardBy(bo), await heardBy(cleo)]
  const { block: made } = await block(ana, bo)
  expect(made).toMatchObject({ userId: bo.id, removed: false })
  await settled(ana, elsewhere, bo, cleo)
  for (const device of [ana, elsewhere]) {
    expect(device.all('account.updated').flatMap(({ blocks = [] }) => blocks)).toEqual([made])
  }
  expect(heard).toEqual([])
  expect(byOthers).toEqual([])
  expect(await bo.ask('block.list', {})).toEqual({ blocks: [], users: [], hasMore: false })
  expect((await bo.ask('sync.run', {})).account.blocks ?? []).toEqual([])
  expect(await ana.ask('block.list', {})).toEqual({ blocks: [made], users: [bo.user], hasMore: false })
})

test('blocking and unblocking twice has no further effect, and both are part of a sync', async () => {
  const [ana, bo] = await cast()
  const { epoch, account } = await ana.ask('sync.run', {})
  const first = await block(ana, bo)
  expect(await block(ana, bo)).toEqual(first)
  const later = (await ana.ask('sync.run', { epoch, rev: account.rev })).account
  expect(later.blocks).toEqual([first.block])
  expect(later.users).toEqual([bo.user])
  const lifted = await ana.ask('block.remove', { userId: bo.id })
  expect(await ana.ask('block.remove', { userId: bo.id })).toEqual(lifted)
  expect((await ana.ask('sync.run', { epoch, rev: later.rev })).account.blocks).toEqual([lifted.block])
  expect((await ana.ask('sync.run', {})).account.blocks ?? []).toEqual([])
  expect(await refusalOf(bo, 'block.remove', { userId: ana.id })).toMatchObject({ code: 'not_found' })
  expect(await refusalOf(ana, 'block.add', { userId: ana.id })).toMatchObject({ code: 'invalid_input' })
  expect(await refusalOf(ana, 'block.add', { userId: 'nobody' })).toMatchObject({ code: 'not_found' })
})

test('neither can write to the other, with the same error for both, over sockets and REST', async () => {
  const [ana, bo] = await cast()
  const conversationId = await openDirect(ana, bo)
  const about = (await ana.ask('conversation.openDirect', { userId: bo.id, context: 'job-7' })).summary.conversation.id
  const [hers, his] = [await say(ana, conversationId), await say(bo, conversationId)]
  await block(ana, bo)
  const [heardAna, heardBo] = [await heardBy(ana), await heardBy(bo)]
  const refusals = []
  for (const [person, own, other] of [
    [ana, hers, his],
    [bo, his, hers],
  ] as const) {
    for (const id of [conversationId, about]) refusals.push(await refusalOf(person, 'message.send', sending(id)))
    refusals.push(await refusalOf(person, 'message.edit', { messageId: own.id, body: plain('More') }))
    refusals.push(await refusalOf(person, 'reaction.add', { messageId: other.id, emoji: '👍' }))
    refusals.push(await refusalOf(person, 'conversation.openDirect', { userId: person === ana ? bo.id : ana.id }))
    const { accessToken } = person.signedIn
    const response = await askOverRest(server, 'message.send', sending(conversationId), accessToken)
    expect(response.status).toBe(403)
    const { requestId: _, ...error } = ((await response.json()) as { error: { requestId: string } }).error
    refusals.push(error)
  }
  const [first] = refusals
  expect(first).toMatchObject({ code: 'no_contact' })
  expect(refusals).toEqual(refusals.map(() => first))
  await settled(ana, bo)
  expect(heardAna).toEqual([])
  expect(heardBo).toEqual([])
  // Reading stays, and so does taking back what one said.
  for (const person of [ana, bo]) {
    expect((await person.ask('message.page', { conversationId })).messages).toHaveLength(2)
  }
  await bo.ask('message.delete', { messageId: his.id })
})

test('a direct conversation cannot be opened by either of two people while one blocks the other', async () => {
  const [ana, bo] = await cast()
  await block(ana, bo)
  const refusal = await refusalOf(ana, 'conversation.openDirect', { userId: bo.id })
  expect(refusal).toMatchObject({ code: 'no_contact' })
  expect(await refusalOf(bo, 'conversation.openDirect', { userId: ana.id })).toEqual(refusal)
  expect((await ana.ask('conversation.findDirect', { userId: bo.id })).summary).toBeNull()
})

test.each(['membership.invite', 'membership.add'] as const)(
  'neither can bring the other into a room by %s',
  async (name) => {
    const [ana, bo, cleo] = await cast()
    const rooms = [await openRoom(ana), await openRoom(bo)] as const
    await block(ana, bo)
    const heard = await heardBy(ana)
    const byBo = await refusalOf(bo, name, { conversationId: rooms[1], userIds: [cleo.id, ana.id] })
    const byAna = await refusalOf(ana, name, { conversationId: rooms[0], userIds: [bo.id] })
    expect(byBo).toMatchObject({ code: 'no_contact' })
    expect(byAna).toEqual(byBo)
    expect(await refusalOf(bo, 'conversation.create', { name: 'New', userIds: [ana.id] })).toEqual(byBo)
    await settled(ana, bo, cleo)
    expect(heard).toEqual([])
    expect(cleo.all('account.updated')).toEqual([])
    await bo.ask(name, { conversationId: rooms[1], userIds: [cleo.id] })
  },
)

test('in a shared room messages are still delivered, but typing and receipts between the two are not', async () => {
  const [ana, bo, cleo] = await cast()
  const room = await openRoom(cleo, [ana, bo])
  await block(ana, bo)
  await say(cleo, room)
  await settled(ana, bo, cleo)
  for (const [one, other] of [
    [ana, bo],
    [bo, ana],
  ] as const) {
    const heard = await heardBy(other)
    const heardToo = await heardBy(cleo)
    await one.ask('typing.set', { conversationId: room, isTyping: true })
    await one.ask('typing.set', { conversationId: room, isTyping: false })
    await one.ask('receipt.delivered', { conversationId: room, seq: 1 })
    await one.ask('receipt.read', { conversationId: room, seq: 1 })
    await settled(ana, bo, cleo)
    expect(heard).toEqual([])
    expect(heardToo.map(([name]) => name)).toEqual([
      'typing.updated',
      'typing.updated',
      'receipt.updated',
      'receipt.updated',
    ])
    const message = await say(one, room)
    await other.heard('message.created', ({ messages = [] }) => messages.some(({ id }) => id === message.id))
  }
})

test('receipts reported at the same time reach everyone except across a block', async () => {
  const [ana, bo, cleo] = await cast()
  const room = await openRoom(cleo, [ana, bo])
  await say(cleo, room)
  await block(ana, bo)
  await settled(ana, bo, cleo)
  await Promise.all([ana, bo, cleo].map((person) => person.ask('receipt.read', { conversationId: room, seq: 1 })))
  await settled(ana, bo, cleo)
  const readers = (person: Person) =>
    new Set(person.all('receipt.updated').flatMap(({ receipts }) => receipts.map(({ userId }) => userId)))
  expect(readers(cleo)).toEqual(new Set([ana.id, bo.id, cleo.id]))
  expect(readers(ana)).toEqual(new Set([ana.id, cleo.id]))
  expect(readers(bo)).toEqual(new Set([bo.id, cleo.id]))
})

test('in their direct conversation no typing or receipts arrive, and one’s own devices stay in step', async () => {
  const [ana, bo] = await cast()
  const conversationId = await openDirect(ana, bo)
  await say(ana, conversationId)
  const elsewhere = await enter(server, bo.signedIn)
  await block(ana, bo)
  await settled(ana, bo, elsewhere)
  const heard = await heardBy(ana)
  await bo.ask('typing.set', { conversationId, isTyping: true })
  await bo.ask('receipt.read', { conversationId, seq: 1 })
  await settled(ana, bo, elsewhere)
  expect(heard).toEqual([])
  expect(elsewhere.all('receipt.updated').flatMap(({ receipts }) => receipts)).toEqual([
    { userId: bo.id, readSeq: 1, deliveredSeq: 1 },
  ])
})

/** How far one person sees that another has read, by each way in which memberships are shown. */
async function positionsSeen(viewer: Person, reader: Person, conversationId: string): Promise<number[]> {
  const ofReader = ({ userId, conversationId: id }: { userId: string; conversationId: string }) =>
    userId === reader.id && id === conversationId
  const list = (await viewer.ask('membership.list', { conversationId })).memberships.filter(ofReader)
  const { summaries } = await viewer.ask('conversation.list', {})
  const anew = (await viewer.ask('sync.run', {})).account.summaries
  const shown = [...summaries, ...anew].flatMap(({ memberships }) => memberships.filter(ofReader))
  const { receipts } = await viewer.ask('receipt.list', { conversationId })
  const listed = receipts.filter(({ userId }) => userId === reader.id)
  return [...list, ...listed, ...shown].map(({ readSeq }) => readSeq)
}

test('each sees the other’s receipts as they were when the block began', async () => {
  const [ana, bo, cleo] = await cast()
  const direct = await openDirect(ana, bo)
  const room = await openRoom(cleo, [ana, bo])
  const later = await openRoom(cleo)
  for (const conversationId of [direct, room]) {
    await say(ana, conversationId)
    await say(ana, conversationId)
    await bo.ask('receipt.read', { conversationId, seq: 1 })
  }
  await block(ana, bo)
  for (const conversationId of [direct, room]) await bo.ask('receipt.read', { conversationId, seq: 2 })
  await cleo.ask('membership.add', { conversationId: later, userIds: [ana.id, bo.id] })
  await say(cleo, later)
  await bo.ask('receipt.read', { conversationId: later, seq: 1 })
  expect(await positionsSeen(ana, bo, direct)).toEqual([1, 1, 1, 1])
  expect(await positionsSeen(ana, bo, room)).toEqual([1, 1])
  expect(await positionsSeen(ana, bo, later)).toEqual([0, 0])
  expect(await positionsSeen(cleo, bo, room)).toEqual([2, 2])
  expect(await positionsSeen(bo, bo, direct)).toEqual([2, 2, 2, 2])
  // A change of the membership brings no position either, live or by a sync.
  const { epoch, account } = await ana.ask('sync.run', {})
  await cleo.ask('membership.setRole', { conversationId: room, userId: bo.id, role: 'admin' })
  await bo.ask('user.update', { displayName: 'Bo the second' })
  const positions = [{ conversationId: room, rev: 1 }]
  const { changes } = await ana.ask('sync.run', { epoch, rev: account.rev, positions })
  await settled(ana)
  const told = [...ana.all('membership.updated'), ...changes].flatMap(({ memberships = [] }) => memberships)
  const ofBo = told.filter(({ userId }) => userId === bo.id)
  expect(ofBo.length).toBeGreaterThan(2)
  expect(Math.max(...ofBo.map(({ readSeq }) => readSeq))).toBeLessThan(2)
  await ana.ask('block.remove', { userId: bo.id })
  expect(await positionsSeen(ana, bo, room)).toEqual([2, 2])
})

test('the list of receipts hides times across a block, for both, on a socket and over REST', async () => {
  const [ana, bo, cleo] = await cast()
  const conversationId = await openRoom(cleo, [ana, bo])
  await say(cleo, conversationId)
  await block(ana, bo)
  for (const person of [ana, bo]) await person.ask('receipt.read', { conversationId, seq: 1 })
  for (const [viewer, reader, isHidden] of [
    [ana, bo, true],
    [bo, ana, true],
    [cleo, ana, false],
    [cleo, bo, false],
  ] as const) {
    const response = await askOverRest(server, 'receipt.list', { conversationId }, viewer.signedIn.accessToken)
    const { data: overRest } = (await response.json()) as { data: Output<'receipt.list'> }
    const time = isHidden ? null : expect.any(Number)
    const seq = isHidden ? 0 : 1
    for (const { receipts } of [await viewer.ask('receipt.list', { conversationId }), overRest]) {
      const [shown] = receipts.filter(({ userId }) => userId === reader.id)
      expect(shown).toMatchObject({ readSeq: seq, deliveredSeq: seq, readAt: time, deliveredAt: time })
    }
  }
})

test('neither gets the other’s status or profile, and both appear offline', async () => {
  const [ana, bo, cleo] = await cast()
  await openDirect(ana, bo)
  await openRoom(cleo, [ana, bo])
  for (const [one, other] of [
    [ana, bo],
    [bo, ana],
    [cleo, bo],
  ] as const) {
    const { presences } = await one.ask('presence.watch', { userIds: [other.id] })
    expect(presences).toMatchObject([{ status: 'online' }])
  }
  await block(ana, bo)
  // Each leaves in the eyes of the other, as if they had gone.
  for (const [one, other] of [
    [ana, bo],
    [bo, ana],
  ] as const) {
    const gone = await one.heard('presence.updated', ({ userId }) => userId === other.id)
    expect(gone).toEqual({ userId: other.id, status: 'offline', lastSeenAt: null })
  }
  await settled(ana, bo, cleo)
  expect(cleo.all('presence.updated')).toEqual([])
  const [heardAna, heardBo] = [await heardBy(ana), await heardBy(bo)]
  await bo.ask('presence.set', { status: 'busy' })
  await ana.ask('presence.set', { status: 'away' })
  await cleo.heard('presence.updated', ({ status }) => status === 'busy')
  await settled(ana, bo, cleo)
  expect(heardAna).toEqual([])
  expect(heardBo).toEqual([])
  const away = [{ status: 'offline', lastSeenAt: null }]
  expect((await ana.ask('presence.watch', { userIds: [bo.id] })).presences).toMatchObject(away)
  expect((await bo.ask('presence.watch', { userIds: [ana.id] })).presences).toMatchObject(away)
})

test('blocking causes no event about somebody who appears offline or is not watched', async () => {
  const [ana, bo, cleo] = await cast()
  await openRoom(cleo, [ana, bo])
  await ana.ask('presence.set', { status: 'offline' })
  await bo.ask('presence.watch', { userIds: [ana.id] })
  const [heardAna, heardBo] = [await heardBy(ana), await heardBy(bo)]
  await block(ana, bo)
  await settled(ana, bo, cleo)
  expect(heardBo).toEqual([])
  expect(heardAna.map(([name]) => name)).toEqual(['account.updated'])
})

test('neither finds the other in a search', async () => {
  const [ana, bo, cleo] = await cast()
  await block(ana, bo)
  const found = async (who: Person, whom: Person) =>
    (await who.ask('user.search', { query: whom.user.username })).users.map(({ id }) => id)
  expect(await found(bo, ana)).toEqual([])
  expect(await found(ana, bo)).toEqual([])
  expect(await found(cleo, ana)).toEqual([ana.id])
  expect(await found(bo, cleo)).toEqual([cleo.id])
  await ana.ask('block.remove', { userId: bo.id })
  expect(await found(bo, ana)).toEqual([ana.id])
})

test('a contact request to a blocking user is answered normally but never arrives', async () => {
  const [ana, bo, cleo] = await cast()
  await block(ana, bo)
  await settled(ana, bo)
  const heard = await heardBy(ana)
  const toBlocker = (await bo.ask('contact.request', { userId: ana.id })).contact
  const toCleo = (await bo.ask('contact.request', { userId: cleo.id })).contact
  const shape = ({ state }: typeof toCleo, rev: number) => ({ state, rev })
  expect(shape(toBlocker, 0)).toEqual(shape(toCleo, 0))
  await settled(ana, bo)
  expect(heard).toEqual([])
  expect((await ana.ask('contact.list', {})).contacts).toEqual([])
  expect(await refusalOf(ana, 'contact.accept', { userId: bo.id })).toMatchObject({ code: 'not_found' })
  expect((await bo.ask('contact.withdraw', { userId: ana.id })).contact.state).toBe('ended')
  expect(await refusalOf(ana, 'contact.request', { userId: bo.id })).toMatchObject({ code: 'no_contact' })
})

test('a block ends the contact, which the other user sees as a removed contact', async () => {
  const [ana, bo, cleo] = await cast()
  for (const other of [ana, cleo]) {
    await bo.ask('contact.request', { userId: other.id })
    await other.ask('contact.accept', { userId: bo.id })
  }
  await settled(bo)
  const heard = await heardBy(bo)
  await block(ana, bo)
  await cleo.ask('contact.remove', { userId: bo.id })
  await settled(ana, bo, cleo)
  const withoutId = JSON.stringify(heard).replaceAll(ana.id, 'other').replaceAll(cleo.id, 'other')
  const [byBlock, byRemoval] = (JSON.parse(withoutId) as [string, { rev: number }][]).map(([name, payload]) => [
    name,
    Object.keys(payload).sort(),
  ])
  expect(heard).toHaveLength(2)
  expect(byBlock).toEqual(byRemoval)
  expect((await ana.ask('contact.list', {})).contacts).toEqual([])
  expect((await bo.ask('contact.list', {})).contacts).toEqual([])
})

test('a block withdraws one’s own request, while the other’s request still looks open to them', async () => {
  const [ana, bo, cleo] = await cast()
  await ana.ask('contact.request', { userId: bo.id })
  await cleo.ask('contact.request', { userId: ana.id })
  await settled(ana, bo, cleo)
  const [heardBo, heardCleo] = [await heardBy(bo), await heardBy(cleo)]
  for (const other of [bo, cleo]) await block(ana, other)
  await settled(ana, bo, cleo)
  expect((await ana.ask('contact.list', {})).contacts).toEqual([])
  expect((await bo.ask('contact.list', {})).contacts).toEqual([])
  expect(heardBo.map(([name]) => name)).toEqual(['account.updated'])
  expect((await cleo.ask('contact.list', {})).contacts.map(({ state }) => state)).toEqual(['requested'])
  expect(heardCleo).toEqual([])
  // Lifted, nothing comes back by itself.
  for (const other of [bo, cleo]) await ana.ask('block.remove', { userId: other.id })
  expect((await ana.ask('contact.list', {})).contacts).toEqual([])
})

test('if both block each other, removing one block leaves the other in force', async () => {
  const [ana, bo] = await cast()
  const conversationId = await openDirect(ana, bo)
  await block(ana, bo)
  await block(bo, ana)
  await ana.ask('block.remove', { userId: bo.id })
  expect(await refusalOf(ana, 'message.send', sending(conversationId))).toMatchObject({ code: 'no_contact' })
  await bo.ask('block.remove', { userId: ana.id })
  await say(ana, conversationId)
  await say(bo, conversationId)
})
