import type { SignedIn } from '@parley/protocol'
import { startTestServer, type TestServer } from '@parley/server/testing'
import { arriveAll, newId, openDirect, openRoom, type Person, plain, settled } from '@parley/server/testing/people'
import { topology } from '@parley/server/testing/topology'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

/*
 * All connections for reading are blocked while writes go on. An event whose receivers must be read first may not delay
 * the answer to a request.
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

/** The number of connections for reading in the server's pool. */
const readers = 8

/** Makes a query wait on every connection for reading, until `release`. */
async function blockReads() {
  await client.query('begin; lock table meta in access exclusive mode')
  let areBlocked = true
  // Over REST, because the queries of one socket run one after the other.
  const read = () => server.rest('POST', '/sync', { token: cleo.signedIn.accessToken, body: {} })
  const blocked = Array.from({ length: readers }, () => read().finally(() => (areBlocked = false)))
  const waiting = "select count(*)::int as count from pg_locks where not granted and relation = 'meta'::regclass"
  await expect.poll(async () => (await client.query(waiting)).rows[0].count).toBe(readers)
  return {
    areBlocked: () => areBlocked,
    release: async () => {
      await client.query('rollback')
      await Promise.all(blocked)
    },
  }
}

/** Sends a message. `cameMeanwhile`: all reads were still blocked when it was answered. */
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
  test('delays neither the answer to a send nor a receipt', async () => {
    await ana.ask('presence.watch', { userIds: [bo.id] })
    const reads = await blockReads()
    const chosen = bo.ask('presence.set', { status: 'busy' })
    const { id, message, cameMeanwhile } = await sendDuring(reads)
    await hears(bo, id)
    await bo.ask('receipt.read', { conversationId: room, seq: message.seq })
    await ana.heard('receipt.updated')
    expect([cameMeanwhile, reads.areBlocked()]).toEqual([true, true])
    expect(statusesHeard(ana, bo)).toEqual([])
    await reads.release()
    await chosen
    await ana.heard('presence.updated')
    expect(statusesHeard(ana, bo)).toEqual(['busy'])
  })

  test('is sent once for each person, with the last status that they chose', async () => {
    const direct = await openDirect(ana, cleo)
    await ana.ask('presence.watch', { userIds: [bo.id, cleo.id] })
    const reads = await blockReads()
    const chosen = (['away', 'busy', 'online', 'away'] as const).flatMap((status) => [
      bo.ask('presence.set', { status }),
      cleo.ask('presence.set', { status: status === 'away' ? 'busy' : 'away' }),
    ])
    // A node handles the requests of one socket in order, so when these are answered, it has read all the choices.
    const sent = await Promise.all([sendDuring(reads, bo), sendDuring(reads, cleo, direct)])
    expect(sent.map(({ cameMeanwhile }) => cameMeanwhile)).toEqual([true, true])
    await reads.release()
    await Promise.all(chosen)
    await settled(ana)
    expect([statusesHeard(ana, bo), statusesHeard(ana, cleo)]).toEqual([['away'], ['busy']])
  })

  test('is sent before the user is read to store the choice, so that changes keep their order', async () => {
    await ana.ask('presence.watch', { userIds: [bo.id] })
    await client.query('begin; lock table users in access exclusive mode')
    const chosen = bo.ask('presence.set', { status: 'busy' })
    await ana.heard('presence.updated', ({ userId, status }) => userId === bo.id && status === 'busy')
    await client.query('rollback')
    await chosen
  })

  test('is not sent to a user who no longer shares a conversation', async () => {
    await openDirect(bo, cleo)
    for (const watcher of [ana, cleo]) await watcher.ask('presence.watch', { userIds: [bo.id] })
    const reads = await blockReads()
    const chosen = bo.ask('presence.set', { status: 'busy' })
    await ana.ask('membership.remove', { conversationId: room, userId: bo.id })
    expect(reads.areBlocked()).toBe(true)
    await reads.release()
    await chosen
    await settled(ana, cleo)
    expect([statusesHeard(ana, bo), statusesHeard(cleo, bo)]).toEqual([[], ['busy']])
  })
})

describe('D10: an event whose receivers must be read first', () => {
  /** Makes the members of the room that this node has in memory out of date. */
  const outdate = () =>
    client.query(`update conversations set membership_rev = membership_rev + 1 where id = '${room}'`)

  test('delays no answer, and is not overtaken by later events', async () => {
    await outdate()
    const reads = await blockReads()
    const first = await sendDuring(reads)
    const second = await sendDuring(reads)
    expect([first.cameMeanwhile, second.cameMeanwhile]).toEqual([true, true])
    expect(bo.all('message.created')).toEqual([])
    await reads.release()
    await hears(bo, second.id)
    const heard = bo.all('message.created').flatMap(({ messages = [] }) => messages.map(({ id }) => id))
    expect(heard).toEqual([first.id, second.id])
  })

  test('lets no later event reach a member who was removed meanwhile', async () => {
    await ana.ask('membership.add', { conversationId: room, userIds: [cleo.id] })
    await settled(cleo)
    await outdate()
    const reads = await blockReads()
    const before = await sendDuring(reads)
    await ana.ask('membership.remove', { conversationId: room, userId: cleo.id })
    const after = await sendDuring(reads)
    expect([before.cameMeanwhile, after.cameMeanwhile]).toEqual([true, true])
    await reads.release()
    await hears(bo, after.id)
    await settled(cleo)
    expect(JSON.stringify(cleo.all('message.created'))).not.toContain(after.id)
    expect(cleo.all('membership.left')).toEqual([])
  })

  test('does not reach a member whom another node removed, even if this node was not notified', async () => {
    await client.query(`update memberships set state = 'removed' where user_id = '${bo.id}'`)
    await outdate()
    const reads = await blockReads()
    const { id, cameMeanwhile } = await sendDuring(reads)
    expect(cameMeanwhile).toBe(true)
    await reads.release()
    await hears(ana, id)
    await settled(bo)
    expect(bo.all('message.created')).toEqual([])
  })

  test('does not delay the end of a session, whose socket receives nothing later', async () => {
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
    await reads.release()
    await hears(bo, id)
    expect(stolen.all('message.created')).toEqual([])
  })
})
