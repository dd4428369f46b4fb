import type { SignedIn } from '@parley/protocol'
import { startTestServer, type TestServer } from '@parley/server/testing'
import { arriveAll, newId, openDirect, openRoom, type Person, plain, settled } from '@parley/server/testing/people'
import { topology } from '@parley/server/testing/topology'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

/*
 * Connections for reading are all taken, while what is written goes on: nothing that must read before it is sent may keep
 * anybody from an answer.
 */

let server: TestServer
let client: pg.Client
let ana: Person
let bo: Person
let cleo: Person
let room: string
beforeEach(async () => {
  server = await startTestServer({ sharedDatabase: true })
  const { databaseUrl } = await topology().optionsFor(server.dataDir)
  client = new pg.Client(databaseUrl)
  await client.connect()
  ;[ana, bo, cleo] = await arriveAll(server, 'ana', 'bo', 'cleo')
  room = await openRoom(ana, [bo])
  await settled(ana, bo, cleo)
})
afterEach(async () => {
  await client.end()
  await server.close()
})

/** As many as there are connections for reading. */
const readers = 8

/** Keeps every connection for reading waiting, until `letGo`. */
async function blockReads() {
  await client.query('begin; lock table meta in access exclusive mode')
  let areBlocked = true
  // Over REST, for the queries of one socket take turns.
  const read = () => server.rest('POST', '/sync', { token: cleo.signedIn.accessToken, body: {} })
  const blocked = Array.from({ length: readers }, () => read().finally(() => (areBlocked = false)))
  const waiting = "select count(*)::int as count from pg_locks where not granted and relation = 'meta'::regclass"
  await expect.poll(async () => (await client.query(waiting)).rows[0].count).toBe(readers)
  return {
    areBlocked: () => areBlocked,
    letGo: async () => {
      await client.query('rollback')
      await Promise.all(blocked)
    },
  }
}

/** Sends, and says whether the answer came while all reads waited. */
async function sendDuring({ areBlocked }: { areBlocked(): boolean }, from = ana, conversationId = room) {
  const id = newId()
  const { message } = await from.ask('message.send', { conversationId, id, body: plain('Hello') })
  return { id, message, cameMeanwhile: areBlocked() }
}

const statusesHeard = (watcher: Person, { id }: Person) =>
  watcher.all('presence.updated').flatMap(({ userId, status }) => (userId === id ? [status] : []))

const hears = (watcher: Person, message: string) =>
  watcher.heard('message.created', ({ messages }) => messages?.[0]?.id === message)

describe('D10: presence that waits for a query', () => {
  test('keeps no send from its answer and no receipt from those who hear it', async () => {
    await ana.ask('presence.watch', { userIds: [bo.id] })
    const reads = await blockReads()
    const chosen = bo.ask('presence.set', { status: 'busy' })
    const { id, message, cameMeanwhile } = await sendDuring(reads)
    await hears(bo, id)
    await bo.ask('receipt.read', { conversationId: room, seq: message.seq })
    await ana.heard('receipt.updated')
    expect([cameMeanwhile, reads.areBlocked()]).toEqual([true, true])
    expect(statusesHeard(ana, bo)).toEqual([])
    await reads.letGo()
    await chosen
    await ana.heard('presence.updated')
    expect(statusesHeard(ana, bo)).toEqual(['busy'])
  })

  test('is told once for each person, as they appear last', async () => {
    const direct = await openDirect(ana, cleo)
    await ana.ask('presence.watch', { userIds: [bo.id, cleo.id] })
    const reads = await blockReads()
    const chosen = (['away', 'busy', 'online', 'away'] as const).flatMap((status) => [
      bo.ask('presence.set', { status }),
      cleo.ask('presence.set', { status: status === 'away' ? 'busy' : 'away' }),
    ])
    // What comes to a node from one socket is taken in order: after these answers, all that was chosen has come.
    const sent = await Promise.all([sendDuring(reads, bo), sendDuring(reads, cleo, direct)])
    expect(sent.map(({ cameMeanwhile }) => cameMeanwhile)).toEqual([true, true])
    await reads.letGo()
    await Promise.all(chosen)
    await settled(ana)
    expect([statusesHeard(ana, bo), statusesHeard(ana, cleo)]).toEqual([['away'], ['busy']])
  })

  test('is told before what is kept for the next time somebody comes is read, so that changes keep their order', async () => {
    await ana.ask('presence.watch', { userIds: [bo.id] })
    await client.query('begin; lock table users in access exclusive mode')
    const chosen = bo.ask('presence.set', { status: 'busy' })
    await ana.heard('presence.updated', ({ userId, status }) => userId === bo.id && status === 'busy')
    await client.query('rollback')
    await chosen
  })

  test('is not told to somebody who shares no conversation any more', async () => {
    await openDirect(bo, cleo)
    for (const watcher of [ana, cleo]) await watcher.ask('presence.watch', { userIds: [bo.id] })
    const reads = await blockReads()
    const chosen = bo.ask('presence.set', { status: 'busy' })
    await ana.ask('membership.remove', { conversationId: room, userId: bo.id })
    expect(reads.areBlocked()).toBe(true)
    await reads.letGo()
    await chosen
    await settled(ana, cleo)
    expect([statusesHeard(ana, bo), statusesHeard(cleo, bo)]).toEqual([[], ['busy']])
  })
})

describe('D10: what must be read first who may listen', () => {
  /** What this node knows of those who listen is older than the next event from now on. */
  const outdate = () =>
    client.query(`update conversations set membership_rev = membership_rev + 1 where id = '${room}'`)

  test('keeps nobody from an answer, and what is sent later does not overtake it', async () => {
    await outdate()
    const reads = await blockReads()
    const first = await sendDuring(reads)
    const second = await sendDuring(reads)
    expect([first.cameMeanwhile, second.cameMeanwhile]).toEqual([true, true])
    expect(bo.all('message.created')).toEqual([])
    await reads.letGo()
    await hears(bo, second.id)
    const heard = bo.all('message.created').flatMap(({ messages = [] }) => messages.map(({ id }) => id))
    expect(heard).toEqual([first.id, second.id])
  })

  test('never reaches somebody who was removed meanwhile, nor what comes after that', async () => {
    await ana.ask('membership.add', { conversationId: room, userIds: [cleo.id] })
    await settled(cleo)
    await outdate()
    const reads = await blockReads()
    const before = await sendDuring(reads)
    await ana.ask('membership.remove', { conversationId: room, userId: cleo.id })
    const after = await sendDuring(reads)
    expect([before.cameMeanwhile, after.cameMeanwhile]).toEqual([true, true])
    await reads.letGo()
    await hears(bo, after.id)
    await settled(cleo)
    expect(JSON.stringify(cleo.all('message.created'))).not.toContain(after.id)
    expect(cleo.all('membership.left')).toEqual([])
  })

  test('never reaches somebody whom another node removed, of which this one has not heard', async () => {
    await client.query(`update memberships set state = 'removed' where user_id = '${bo.id}'`)
    await outdate()
    const reads = await blockReads()
    const { id, cameMeanwhile } = await sendDuring(reads)
    expect(cameMeanwhile).toBe(true)
    await reads.letGo()
    await hears(ana, id)
    await settled(bo)
    expect(bo.all('message.created')).toEqual([])
  })

  test('keeps no ended session alive: when that is answered, its sockets have ended', async () => {
    const body = { username: bo.user.username, password: `password of ${bo.user.username}` }
    const reply = (await (await server.rest('POST', '/sessions', { body })).json()) as { data: SignedIn }
    const stolen = await server.connect(reply.data)
    await stolen.ask('user.me', {})
    await outdate()
    const reads = await blockReads()
    await sendDuring(reads)
    await bo.ask('session.revoke', { sessionId: reply.data.sessionId })
    const { id } = await sendDuring(reads)
    expect(await stolen.heard('session.ended')).toEqual({ reason: 'revoked' })
    expect(reads.areBlocked()).toBe(true)
    await reads.letGo()
    await hears(bo, id)
    expect(stolen.all('message.created')).toEqual([])
  })
})
