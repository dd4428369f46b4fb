import { setImmediate as turn } from 'node:timers/promises'
import type { MembershipState, Presence } from '@parley/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createStore } from '../features/index.ts'
import type { Pair } from '../storage/portable-sql.ts'
import { type BareClient, type BareServer, startBareServer } from '../testing/bare-server.ts'
import { commitStage } from '../testing/commit-stage.ts'
import { createAcquaintanceCache } from './acquaintance-cache.ts'
import { nativePresence, watch } from './native-presence.ts'

const stage = commitStage()
const upTo = (n: number) => Array.from({ length: n }, (_, index) => index)
const write = () => createStore(stage.database.write)

async function addRoom(id: string, memberIds: string[]): Promise<void> {
  const numbers = {
    created_at: 0,
    last_seq: 0,
    rev: 0,
    membership_rev: 0,
    settings_rev: 0,
    direct_blocked: 0,
    direct_contacts: 0,
    direct_later: 0,
    direct_awaits: null,
    invited_told: null,
    removed_at: null,
  } as const
  const settings = {
    kind: 'room',
    visibility: 'private',
    name: id,
    topic: null,
    context: null,
    direct_key: null,
  } as const
  await write().conversations.insert({ id, created_by: memberIds[0] ?? '', ...settings, ...numbers })
  for (const userId of memberIds) await put(id, userId, 'active')
}

/** Stores a membership, as the commit of its change does. */
async function put(conversation_id: string, user_id: string, state: MembershipState): Promise<void> {
  const { rev } = await write().heads.step(conversation_id)
  const places = { read_seq: 0, delivered_seq: 0, read_at: null, delivered_at: null, joined_at: 0, joined_seq: 0 }
  await write().memberships.putAll([
    { conversation_id, user_id, role: 'member', state, rev, account_rev: rev, ...places },
  ])
  await write().conversations.update(conversation_id, { membership_rev: rev })
}

describe('the cache of acquaintances', () => {
  let asked: Pair[][]
  let areAcquainted: (...pairs: [string, string][]) => Promise<boolean[]>
  beforeEach(async () => {
    for (const id of ['ana', 'bo', 'cleo']) await stage.add(id)
    asked = []
    const { conversations, memberships } = createStore(stage.database.read)
    const sharedConversations = (pairs: readonly Pair[]) => {
      if (pairs.length > 0) asked.push([...pairs])
      return memberships.sharedConversations(pairs)
    }
    const cache = createAcquaintanceCache({ conversations, memberships: { ...memberships, sharedConversations } })
    areAcquainted = (...pairs) => cache.areAcquainted(pairs.map(([one, other]) => ({ one, other })))
  })

  test('a pair is looked up among memberships once, for as long as the members of their conversation stay the same', async () => {
    await addRoom('room', ['ana', 'bo'])
    for (const _ of upTo(3)) expect(await areAcquainted(['ana', 'bo'], ['bo', 'bo'])).toEqual([true, true])
    expect(asked).toEqual([[{ one: 'ana', other: 'bo' }]])
    await put('room', 'cleo', 'active')
    for (const _ of upTo(3)) expect(await areAcquainted(['ana', 'bo'], ['cleo', 'bo'])).toEqual([true, true])
    expect(asked).toHaveLength(2)
  })

  test.each<MembershipState>(['left', 'removed', 'banned'])('does not contain a user who has %s', async (state) => {
    await addRoom('room', ['ana', 'bo', 'cleo'])
    const all = () => areAcquainted(['ana', 'bo'], ['bo', 'ana'], ['ana', 'cleo'])
    expect(await all()).toEqual([true, true, true])
    await put('room', 'bo', state)
    expect(await all()).toEqual([false, false, true])
    await put('room', 'bo', 'active')
    expect(await all()).toEqual([true, true, true])
  })

  test('another conversation that they share keeps them acquainted', async () => {
    for (const id of ['one', 'other']) await addRoom(id, ['ana', 'bo'])
    expect(await areAcquainted(['ana', 'bo'])).toEqual([true])
    await put('one', 'bo', 'left')
    for (const _ of upTo(3)) expect(await areAcquainted(['ana', 'bo'])).toEqual([true])
    expect(asked.length).toBeLessThan(3)
    await put('other', 'ana', 'left')
    expect(await areAcquainted(['ana', 'bo'])).toEqual([false])
  })

  test('all users who were found in the same conversation are acquainted', async () => {
    await addRoom('room', ['ana', 'bo', 'cleo'])
    expect(await areAcquainted(['ana', 'bo'], ['ana', 'cleo'])).toEqual([true, true])
    expect(await areAcquainted(['cleo', 'bo'], ['bo', 'cleo'])).toEqual([true, true])
    expect(asked).toHaveLength(1)
  })

  test('strangers, and users who are only invited, are not acquainted', async () => {
    await addRoom('room', ['ana'])
    await put('room', 'bo', 'invited')
    expect(await areAcquainted(['ana', 'bo'], ['ana', 'cleo'], ['nobody', 'ana'])).toEqual([false, false, false])
    expect(await areAcquainted()).toEqual([])
  })
})

describe('statuses of users whom many watch', () => {
  const people = upTo(3).map((i) => `person${i}`)
  const watchers = upTo(40).map((i) => `watcher${i}`)
  let server: BareServer
  let clients: BareClient[]
  beforeEach(async () => {
    server = await startBareServer()
    for (const id of [...people, ...watchers]) await stage.add(id)
    await addRoom('room', [...people, ...watchers])
    clients = []
    for (const id of watchers) {
      const client = await server.dial()
      client.socket.data.identity = { user: { id } }
      watch(client.socket, people)
      clients.push(client)
    }
  })
  afterEach(() => server.close())

  const busy = (): Presence[] => people.map((userId) => ({ userId, status: 'busy', lastSeenAt: null }))
  const sender = () => nativePresence(server.io.of('/'), createStore(stage.database.read))
  const toldTo = ({ packets }: BareClient) =>
    packets.map((packet) => JSON.parse(String(packet).replace(/^[^[]*/, ''))[1].userId)

  test('D10: reach few sockets in one turn of the event loop, and each socket in one turn', async () => {
    /** For each turn, the sockets that were written to. */
    const turns: string[][] = [[]]
    for (const { socket } of clients) socket.conn.on('packetCreate', () => void turns.at(-1)?.push(socket.id))
    let isOver = false
    const sent = sender()
      .send(busy(), () => true)
      .finally(() => {
        isOver = true
      })
    while (!isOver) {
      await turn()
      turns.push([])
    }
    await sent
    const written = turns.filter(({ length }) => length > 0).map((ids) => new Set(ids))
    expect(Math.max(...written.map(({ size }) => size))).toBeLessThanOrEqual(16)
    expect(written.reduce((sum, { size }) => sum + size, 0)).toBe(watchers.length)
    for (const client of clients) {
      await client.count(people.length)
      expect(toldTo(client)).toEqual(people)
    }
  })

  test('D10: are not sent to watchers who may not see the user any more when their slice comes', async () => {
    const { send } = sender()
    await send(busy(), () => true)
    await put('room', 'person1', 'left')
    await put('room', 'watcher39', 'removed')
    let asked = 0
    // A status that is no longer the latest when its slice comes is left out as well.
    await send(busy(), ({ userId }) => userId !== 'person2' || asked++ < 20)
    const last = clients.pop()
    for (const client of clients) await client.count(4)
    for (const client of clients.slice(0, 20)) expect(await client.count(5)).toBe(5)
    expect(clients.map((client) => toldTo(client).slice(3))).toEqual(
      clients.map((_, at) => (at < 20 ? ['person0', 'person2'] : ['person0'])),
    )
    expect(last && toldTo(last)).toEqual(people)
  })
})
