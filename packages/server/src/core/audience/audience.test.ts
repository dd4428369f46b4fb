import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Membership, MembershipState, Presence, User } from '@parley/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createStore } from '../../features/index.ts'
import type { Database } from '../../storage/database.ts'
import type { Store } from '../../storage/store.ts'
import { openTestDatabase } from '../../testing/test-database.ts'
import { type Connection, type Connections, createConnections } from '../connections.ts'
import type { Delivery } from '../delivery.ts'
import { type Audiences, createAudiences } from './audience.ts'
import { broadcast, type Send } from './broadcast.ts'

const room = 'room'
let dataDir: string
let database: Database
let store: Store
let connections: Connections
let audiences: Audiences

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  database = await openTestDatabase(dataDir)
  store = createStore(database.write)
  connections = createConnections()
  for (const id of ['ana', 'bo', 'cleo']) await addUser(id)
  const direct = { visibility: 'private', context: null, direct_key: null, name: 'Room', topic: null } as const
  const numbers = {
    created_at: 0,
    last_seq: 0,
    rev: 1,
    membership_rev: 1,
    settings_rev: 0,
    direct_blocked: 0,
    direct_contacts: 0,
    direct_later: 0,
    direct_awaits: null,
    invited_told: null,
    removed_at: null,
  } as const
  await store.conversations.insert({ id: room, kind: 'room', ...direct, ...numbers, created_by: 'ana' })
  for (const id of ['ana', 'bo']) await put(id, 'active', 1)
})

afterEach(async () => {
  await database.close()
  await rm(dataDir, { recursive: true, force: true })
})

/** The audiences of this test. Its connections tell them what they hear, as the rooms of Socket.IO do. */
const audiencesOn = (readFrom: Store): Audiences => createAudiences(connections, readFrom)

const addUser = (id: string) =>
  store.users.insert({
    id,
    username: id,
    username_key: id,
    display_name: id,
    avatar_url: null,
    role: 'user',
    password_hash: null,
    rev: 0,
    last_seen_at: null,
    created_at: 0,
  })

/** Stores a membership, as the commit of its change does. */
async function put(userId: string, state: MembershipState, rev: number): Promise<Membership> {
  const row = { conversation_id: room, user_id: userId, role: 'member', state, rev, account_rev: rev } as const
  await store.memberships.putAll([
    { ...row, read_seq: 0, delivered_seq: 0, read_at: null, delivered_at: null, joined_at: 0, joined_seq: 0 },
  ])
  await store.conversations.update(room, { membership_rev: rev })
  const places = { readSeq: 0, deliveredSeq: 0, joinedAt: 0, joinedSeq: 0 }
  return { conversationId: room, userId, role: 'member', state, rev, ...places }
}

/** A connection that remembers what it hears, as a socket does by its rooms. */
function connect(userId: string, sessionId: string | null = null) {
  const heard = new Set<string>()
  let isOpen = true
  const ends: string[] = []
  const user: User = { id: userId, username: userId, displayName: userId, avatarUrl: null, role: 'user' }
  const connection: Connection = {
    caller: { user, sessionId, socket: null },
    accessRev: 0,
    appearsOffline: false,
    hear: (ids) => {
      if (!isOpen) return
      for (const id of ids) {
        heard.add(id)
        audiences.heard(id)
      }
    },
    stopHearing: (id) => void heard.delete(id),
    end: (reason) => void ends.push(reason),
  }
  connections.add(connection)
  const leave = () => {
    isOpen = false
  }
  return { connection, heard, ends, leave }
}

const about = { kind: 'room', directUserIds: [] } as const

const signal = (membershipRev: number): Delivery<'typing.updated'> => ({
  name: 'typing.updated',
  payload: { conversationId: room, userId: 'ana', isTyping: true },
  audience: { channels: [{ kind: 'conversation', id: room }], membershipRev, about: { ...about, directUserIds: [] } },
})

const change = (membership: Membership, membershipRevBefore: number): Delivery<'membership.left'> => ({
  name: 'membership.left',
  payload: { conversationId: room, rev: membership.rev, memberships: [membership] },
  audience: {
    channels: [{ kind: 'conversation', id: room }],
    membershipRev: membership.rev,
    membershipRevBefore,
    about: { ...about, directUserIds: [] },
  },
})

const end = (sessionId: string): Delivery<'session.ended'> => ({
  name: 'session.ended',
  payload: { reason: 'revoked' },
  audience: { channels: [{ kind: 'session', id: sessionId }] },
})

/** The store, except that the first answer of one read arrives only when the test releases it. */
function slowed<N extends 'heardBy' | 'activeUserIds'>(name: N) {
  const gate = Promise.withResolvers<void>()
  const read = store.memberships[name] as (id: string) => Promise<unknown>
  let isFirst = true
  const slow = async (id: string) => {
    const waiting = isFirst ? gate.promise : undefined
    isFirst = false
    const answer = await read(id)
    await waiting
    return answer
  }
  return {
    store: { ...store, users: store.users, memberships: { ...store.memberships, [name]: slow } } as Store,
    letGo: gate.resolve,
  }
}

test('a connection that enters hears the conversations of its user, and no others', async () => {
  audiences = audiencesOn(store)
  const [ana, cleo] = [connect('ana'), connect('cleo')]
  await audiences.enter(ana.connection)
  await audiences.enter(cleo.connection)
  expect([...ana.heard]).toEqual([room])
  expect([...cleo.heard]).toEqual([])
})

test('a removal that this node never learned of holds from the next event on', async () => {
  audiences = audiencesOn(store)
  const bo = connect('bo')
  await audiences.enter(bo.connection)
  await put('bo', 'removed', 2)
  await audiences.prepare(signal(2))
  expect([...bo.heard]).toEqual([])
})

test('a late event of an older state neither admits a removed member again nor costs a read', async () => {
  audiences = audiencesOn(store)
  const [ana, bo] = [connect('ana'), connect('bo')]
  await audiences.enter(ana.connection)
  await audiences.enter(bo.connection)
  await audiences.prepare(change(await put('bo', 'removed', 2), 1))
  expect(audiences.prepare(signal(1))).toBeUndefined()
  expect([...bo.heard]).toEqual([])
  expect([...ana.heard]).toEqual([room])
})

test('a connection that enters with a list from before its user’s removal hears nothing after it, not even a late event', async () => {
  const slow = slowed('heardBy')
  audiences = audiencesOn(slow.store)
  const bo = connect('bo')
  const entered = audiences.enter(bo.connection)
  await audiences.prepare(change(await put('bo', 'removed', 2), 1))
  slow.letGo()
  await entered
  await audiences.prepare(signal(1))
  expect([...bo.heard]).toEqual([])
})

test('a list of members that was read before a removal does not undo it', async () => {
  const slow = slowed('activeUserIds')
  audiences = audiencesOn(slow.store)
  const bo = connect('bo')
  await audiences.enter(bo.connection)
  await put('cleo', 'active', 2)
  const reading = audiences.prepare(signal(2))
  await audiences.prepare(change(await put('bo', 'removed', 3), 2))
  slow.letGo()
  await reading
  expect([...bo.heard]).toEqual([])
})

test('D10: a removed member hears nothing from that moment on, also if an older list arrives later', async () => {
  const slow = slowed('activeUserIds')
  audiences = audiencesOn(slow.store)
  const [ana, bo] = [connect('ana'), connect('bo')]
  await audiences.enter(ana.connection)
  await audiences.enter(bo.connection)
  await put('cleo', 'active', 2)
  const reading = audiences.prepare(signal(2))
  const removed = change(await put('bo', 'removed', 3), 2)
  audiences.endAccess([removed])
  expect([...bo.heard]).toEqual([])
  slow.letGo()
  await reading
  expect([...bo.heard]).toEqual([])
  await audiences.prepare(removed)
  expect([[...ana.heard], [...bo.heard]]).toEqual([[room], []])
})

test('D10: a connection that enters with a list from before its user’s removal stops hearing before the next event', async () => {
  const slow = slowed('heardBy')
  audiences = audiencesOn(slow.store)
  const bo = connect('bo')
  const entered = audiences.enter(bo.connection)
  audiences.endAccess([change(await put('bo', 'removed', 2), 1)])
  slow.letGo()
  await entered
  // An event from before the removal, which waits for no turn.
  await audiences.prepare(signal(1))
  expect([...bo.heard]).toEqual([])
})

test('D10: an old end of a membership takes nothing from a user who has joined again', async () => {
  audiences = audiencesOn(store)
  const bo = connect('bo')
  await audiences.enter(bo.connection)
  const removed = change(await put('bo', 'removed', 2), 1)
  await audiences.prepare(removed)
  await audiences.prepare(change(await put('bo', 'active', 3), 2))
  audiences.endAccess([removed])
  expect([...bo.heard]).toEqual([room])
})

test('D10: deliveries are sent at once; only behind one that waits for a read do they wait, in their order', async () => {
  const slow = slowed('activeUserIds')
  audiences = audiencesOn(slow.store)
  const [ana, ended] = [connect('ana'), connect('ana', 'ended')]
  await audiences.enter(ana.connection)
  const sent: number[] = []
  const send: Send = ({ audience }) => void sent.push('membershipRev' in audience ? audience.membershipRev : 0)
  const statuses: string[] = []
  const presence = { add: ({ status }: Presence) => void statuses.push(status) }
  const tell = broadcast({ audiences, connections, namespaces: [{ sockets: { size: 1 }, send }], presence })
  expect(tell([signal(1), signal(1)])).toBeUndefined()
  expect(sent).toEqual([1, 1])

  await put('cleo', 'active', 2)
  const waiting = [tell([signal(2), signal(1)]), tell([end('ended'), signal(2)])]
  expect(sent).toEqual([1, 1])
  expect(ended.ends).toEqual(['revoked'])
  slow.letGo()
  await Promise.all(waiting)
  expect(sent).toEqual([1, 1, 2, 1, 2])
  const payload: Presence = { userId: 'bo', status: 'busy', lastSeenAt: null }
  expect(
    tell([{ name: 'presence.updated', payload, audience: { channels: [{ kind: 'watchers', id: 'bo' }] } }]),
  ).toBeUndefined()
  expect([sent.length, statuses]).toEqual([5, ['busy']])
})

test('a user who joins hears the conversation, also if another member entered between the commit and its event', async () => {
  audiences = audiencesOn(store)
  const [ana, cleo] = [connect('ana'), connect('cleo')]
  await audiences.enter(cleo.connection)
  const joined = await put('cleo', 'active', 2)
  await audiences.enter(ana.connection)
  await audiences.prepare(change(joined, 1))
  expect([...cleo.heard]).toEqual([room])
})

test('a connection whose session was revoked before it entered is ended', async () => {
  audiences = audiencesOn(store)
  const times = { rotated_at: 0, created_at: 0, last_used_at: 0, expires_at: Number.MAX_SAFE_INTEGER }
  const row = { user_id: 'ana', refresh_hash: 'x', previous_hash: null, user_agent: '', address_mark: null, ...times }
  await store.sessions.insert({ id: 'open', ...row, revoked_at: null })
  await store.sessions.insert({ id: 'revoked', ...row, revoked_at: 1 })
  const [open, revoked] = [connect('ana', 'open'), connect('ana', 'revoked')]
  await audiences.enter(open.connection)
  await audiences.enter(revoked.connection)
  expect(open).toMatchObject({ ends: [], heard: new Set([room]) })
  expect(revoked).toMatchObject({ ends: ['revoked'], heard: new Set() })
})

test('C6: a connection is ended if all access of its user ended before it entered, or if its user is deactivated', async () => {
  audiences = audiencesOn(store)
  const [before, other] = [connect('ana'), connect('bo')]
  await store.users.endAccess('ana', null)
  await store.users.endAccess('bo', 1)
  const after = connect('ana')
  after.connection.accessRev = 1
  for (const { connection } of [before, other, after]) await audiences.enter(connection)
  expect([before, other, after].map(({ ends }) => ends)).toEqual([['revoked'], ['revoked'], []])
  expect([...after.heard]).toEqual([room])
})

test('C6: an end of all access ends the connections that were admitted before it, and no others', () => {
  audiences = audiencesOn(store)
  const [before, after, other] = [connect('ana'), connect('ana'), connect('bo')]
  after.connection.accessRev = 1
  const audience = { channels: [{ kind: 'user' as const, id: 'ana' }], accessRev: 1 }
  audiences.endAccess([{ name: 'session.ended', payload: { reason: 'revoked' }, audience }])
  expect([before, after, other].map(({ ends }) => ends)).toEqual([['revoked'], [], []])
})

test('a delivery that fails neither holds up the others nor keeps a revoked session open', async () => {
  audiences = audiencesOn(store)
  const revoked = connect('ana', 'revoked')
  const sent: number[] = []
  const send: Send = ({ audience }) => {
    const rev = 'membershipRev' in audience ? audience.membershipRev : 0
    if (rev === 1) throw new Error('the line is broken')
    sent.push(rev)
  }
  const tell = broadcast({
    audiences,
    connections,
    namespaces: [{ sockets: { size: 1 }, send }],
    presence: { add: () => {} },
  })
  expect(() => tell([signal(1), signal(2), end('revoked')])).toThrow(AggregateError)
  expect(sent).toEqual([2])
  expect(revoked.ends).toEqual(['revoked'])
})

test('a conversation that no connection here hears takes no memory, and its events cost no read', async () => {
  audiences = audiencesOn(store)
  expect(audiences.prepare(change(await put('bo', 'removed', 2), 1))).toBeUndefined()
  expect(audiences.bringTo(room, 3)).toBeUndefined()
  const ana = connect('ana')
  await audiences.enter(ana.connection)
  await put('cleo', 'active', 3)
  expect(audiences.bringTo(room, 3)).toBeInstanceOf(Promise)
})

test('a connection that left before it had entered leaves nothing behind', async () => {
  audiences = audiencesOn(store)
  const ana = connect('ana')
  ana.leave()
  await audiences.enter(ana.connection)
  expect(audiences.bringTo(room, 2)).toBeUndefined()
})

test('while connections enter all the time, conversations from before the oldest of them are forgotten', async () => {
  const slow = slowed('heardBy')
  audiences = audiencesOn(slow.store)
  await audiences.prepare(change(await put('bo', 'removed', 2), 1))
  const entering = audiences.enter(connect('cleo').connection)
  await audiences.enter(connect('cleo').connection)
  expect(audiences.bringTo(room, 3)).toBeUndefined()
  await audiences.prepare(change(await put('bo', 'active', 3), 2))
  const reading = audiences.bringTo(room, 4)
  expect(reading).toBeInstanceOf(Promise)
  await reading
  slow.letGo()
  await entering
  expect(audiences.bringTo(room, 5)).toBeUndefined()
})
