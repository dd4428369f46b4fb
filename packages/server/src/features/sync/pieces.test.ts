import { type Input, limits, type Message, type Output } from '@parley/protocol'
import { expect, test } from 'vitest'
import { arriveAll, newId, openRoom, type Person, say } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'

/** Twelve kilobytes in as many characters as a message may have. */
const long = '€'.repeat(limits.text)
/** More than any one row here. */
const oneRow = 20_000

type Answer = Output<'sync.run'>

const { server, ana, bo, cleo } = serverWithPeople(['ana', 'bo', 'cleo'])

/** A few at once: what is said in one turn also goes to everybody who listens, and too much of it closes a connection. */
async function sayMany(person: Person, conversationId: string, count: number, text = long): Promise<Message[]> {
  const said: Message[] = []
  while (said.length < count) {
    const some = Array.from({ length: Math.min(20, count - said.length) }, () => say(person, conversationId, text))
    said.push(...(await Promise.all(some)))
  }
  return said
}

/** In their order. */
const sayOnce = async (rooms: string[]) => {
  for (const id of rooms) await say(ana, id, long)
}

const openRooms = (count: number, members: Person[]) =>
  Promise.all(Array.from({ length: count }, () => openRoom(ana, members)))

const sizeOf = (answer: Answer) => Buffer.byteLength(JSON.stringify(answer))
const restOf = (person: Person) => async (input: Input<'sync.run'>) => {
  const response = await server.rest('POST', '/sync', { token: person.signedIn.accessToken, body: input })
  return ((await response.json()) as { data: Answer }).data
}
const socketOf = (person: Person) => (input: Input<'sync.run'>) => person.ask('sync.run', input)
const ways = [
  ['a socket', socketOf],
  ['REST', restOf],
] as const

/** The plainest device: it holds messages and positions, and asks until nothing is left. */
function deviceOf(ask: (input: Input<'sync.run'>) => Promise<Answer>) {
  const revs = new Map<string, number>()
  const messages = new Map<string, Message>()
  const own = new Map<string, string>()
  const pieces: Answer[] = []
  let known: { epoch?: string; rev?: number } = {}

  const askOnce = async () => {
    const positions = [...revs].map(([conversationId, rev]) => ({ conversationId, rev }))
    const answer = await ask({ ...known, positions })
    pieces.push(answer)
    known = { epoch: answer.epoch, rev: answer.account.rev }
    for (const row of answer.account.memberships) own.set(row.conversationId, row.state)
    for (const { conversation, rev } of answer.account.summaries) revs.set(conversation.id, rev)
    for (const { conversation, rev } of answer.resets) revs.set(conversation.id, rev)
    for (const change of answer.changes) {
      revs.set(change.conversationId, change.rev)
      for (const message of change.messages ?? []) messages.set(message.id, message)
    }
    return answer
  }
  const sync = async () => {
    pieces.length = 0
    while ((await askOnce()).hasMore) expect(pieces.length).toBeLessThan(100)
  }
  return { revs, messages, own, pieces, askOnce, sync }
}

test.each(ways)('A1: many positions of one room are answered once, over %s', async (_, wayOf) => {
  const conversationId = await openRoom(ana, [bo])
  const ask = wayOf(bo)
  const { epoch, account } = await ask({})
  await sayMany(ana, conversationId, 100)
  const positions = Array.from({ length: limits.positions }, (_, i) => ({ conversationId, rev: i % 2 }))
  const answer = await ask({ epoch, rev: account.rev, positions })
  // A hundred of them are more than a whole answer brings.
  expect(answer).toMatchObject({ changes: [], resets: [{ conversation: { id: conversationId } }], hasMore: false })
  expect(sizeOf(answer)).toBeLessThan(limits.answerBytes)
})

test('A1: of several positions of one room, the lowest is answered', async () => {
  const conversationId = await openRoom(ana, [bo])
  const { epoch, account } = await bo.ask('sync.run', {})
  const first = await say(ana, conversationId)
  const last = await say(ana, conversationId)
  const positions = [last.rev, first.rev - 1, first.rev].map((rev) => ({ conversationId, rev }))
  const { changes } = await bo.ask('sync.run', { epoch, rev: account.rev, positions })
  expect(changes).toMatchObject([{ messages: [{ id: first.id }, { id: last.id }] }])
})

test.each(ways)(
  'A1: missed changes arrive in several answers, complete and without repetition, over %s',
  async (_, wayOf) => {
    const rooms = await openRooms(7, [bo])
    const device = deviceOf(wayOf(bo))
    await device.sync()
    const said: Message[] = []
    for (const id of rooms) said.push(...(await sayMany(ana, id, 50)))
    await device.sync()
    // Each is more than an answer with room for others.
    expect(device.pieces.map(({ changes }) => changes.length)).toEqual(rooms.map(() => 1))
    for (const piece of device.pieces) expect(sizeOf(piece)).toBeLessThan(limits.conversationBytes + oneRow)
    const rows = device.pieces.flatMap(({ changes }) => changes.flatMap(({ messages = [] }) => messages))
    expect(rows).toHaveLength(said.length)
    expect([...device.messages.values()].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
      said.sort((a, b) => (a.id < b.id ? -1 : 1)),
    )
    for (const id of rooms) {
      expect(device.revs.get(id)).toBe((await bo.ask('conversation.get', { conversationId: id })).summary.rev)
    }
  },
)

test('A1: small conversations are combined into answers of limited size', async () => {
  const each = limits.changedRows
  const rooms = await openRooms(6, [bo])
  const device = deviceOf(socketOf(bo))
  await device.sync()
  for (const id of rooms) await sayMany(ana, id, each, 'x')
  await device.sync()
  expect(device.pieces.length).toBeLessThan(rooms.length)
  for (const piece of device.pieces) {
    expect(piece.changes.length).toBeGreaterThan(0)
    expect(sizeOf(piece)).toBeLessThan(limits.answerBytes + oneRow)
  }
  expect(device.messages.size).toBe(rooms.length * each)
})

test('A1: a client that ignores hasMore gets fewer conversations, and catches up by later events', async () => {
  const rooms = await openRooms(3, [bo])
  const device = deviceOf(socketOf(bo))
  await device.sync()
  for (const id of rooms) await sayMany(ana, id, 60)
  await device.askOnce()
  const left = rooms.filter((id) => !device.pieces.at(-1)?.changes.some((change) => change.conversationId === id))
  expect(left.length).toBeGreaterThan(0)
  for (const id of left) {
    const { rev } = await say(ana, id)
    expect(rev).toBeGreaterThan((device.revs.get(id) ?? 0) + 1)
  }
})

test.each(ways)('A1: a large account arrives in several answers on a new device, over %s', async (_, wayOf) => {
  const [dora] = await arriveAll(server, 'dora')
  const rooms = await openRooms(150, [dora])
  await sayOnce(rooms)
  const [left, ...others] = rooms as [string, ...string[]]
  await dora.ask('membership.leave', { conversationId: left })
  const device = deviceOf(wayOf(dora))
  await device.sync()
  expect(device.pieces.length).toBeGreaterThan(1)
  for (const piece of device.pieces) expect(sizeOf(piece)).toBeLessThan(limits.answerBytes + oneRow)
  expect(device.pieces.map(({ reset }) => reset)).toEqual(device.pieces.map((_, index) => index === 0))
  expect([...device.revs.keys()].sort()).toEqual(others.sort())
  expect(device.own.get(left)).not.toBe('active')
  for (const { account } of device.pieces) {
    const times = account.summaries.map(({ lastMessage }) => lastMessage?.createdAt ?? 0)
    expect(times).toEqual(times.toSorted((a, b) => b - a))
  }
})

test('A1: changes between the answers of a large account arrive in a later one', async () => {
  const [eli] = await arriveAll(server, 'eli')
  const rooms = await openRooms(150, [eli])
  await sayOnce(rooms)
  const device = deviceOf(socketOf(eli))
  const { account, hasMore } = await device.askOnce()
  expect(hasMore).toBe(true)
  const brought = account.summaries[0]?.conversation.id ?? ''
  const waiting = rooms.find((id) => !device.revs.has(id)) ?? ''
  for (const conversationId of [brought, waiting]) {
    await ana.ask('membership.remove', { conversationId, userId: eli.id })
  }
  const entered = await openRoom(ana, [eli])
  await device.sync()
  expect(device.own.get(brought)).toBe('removed')
  expect(device.own.get(waiting)).toBe('removed')
  expect(device.own.get(entered)).toBe('active')
  expect(device.revs.has(entered)).toBe(true)
  expect(device.revs.has(waiting)).toBe(false)
})

test('A1: conversations with too many changes are reset over several answers', async () => {
  const rooms = await openRooms(100, [cleo])
  const device = deviceOf(socketOf(cleo))
  await device.sync()
  await sayOnce(rooms)
  for (const id of rooms) device.revs.set(id, 1_000_000)
  await device.sync()
  expect(device.pieces.length).toBeGreaterThan(1)
  const resets = device.pieces.flatMap((piece) => piece.resets.map(({ conversation }) => conversation.id))
  expect(resets.sort()).toEqual(rooms.sort())
  for (const piece of device.pieces) expect(sizeOf(piece)).toBeLessThan(limits.answerBytes + oneRow)
})

test('A1: no answer contains anything of a conversation one is not a member of', async () => {
  const conversationId = await openRoom(ana)
  await sayMany(ana, conversationId, 3)
  const rooms = await openRooms(4, [bo])
  const device = deviceOf(socketOf(bo))
  await device.sync()
  device.revs.set(conversationId, 0)
  device.revs.set(newId(), 0)
  for (const id of rooms) await sayMany(ana, id, 50)
  await device.sync()
  expect(JSON.stringify(device.pieces)).not.toContain(conversationId)
})

test('A1: a list of conversations with long last messages is shortened, with hasMore set', async () => {
  const [fay] = await arriveAll(server, 'fay')
  const rooms = await openRooms(200, [fay])
  await sayOnce(rooms)
  const { summaries, hasMore } = await fay.ask('conversation.list', { limit: 1_000 })
  expect(hasMore).toBe(true)
  expect(Buffer.byteLength(JSON.stringify(summaries))).toBeLessThan(2 * limits.conversationBytes + oneRow)
  expect(summaries.map(({ conversation }) => conversation.id)).toEqual(rooms.slice(-summaries.length).reverse())
})
