import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { askBytes, sendFiles, upload } from '../../testing/files/uploads.ts'
import { arrive, arriveAll, enter, newName, openRoom, say } from '../../testing/people.ts'
import { openTestDatabase } from '../../testing/test-database.ts'
import { startTestServer } from '../../testing/test-server.ts'
import { topology } from '../../testing/topology.ts'
import { createStore } from '../index.ts'

const saidIn = async (dataDir: string): Promise<number> => {
  const database = await openTestDatabase(dataDir)
  try {
    const rows = await database.read.selectFrom('messages').select('id').where('body', 'is not', null).execute()
    return rows.length
  } finally {
    await database.close()
  }
}

test('a large room is removed in several slices, for all of its members and messages', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  const server = await startTestServer({ dataDir, sharedDatabase: true })
  onTestFinished(async () => {
    await server.close()
    await topology().dispose(dataDir)
    await rm(dataDir, { recursive: true, force: true })
  })
  const admin = await arrive(server, 'admin')
  const crowd = Array.from({ length: 450 }, () => newName('member'))
  await server.parley.users.upsert(crowd.map((id) => ({ id, username: id })))
  const room = await openRoom(admin)
  for (let from = 0; from < crowd.length; from += 100) {
    await admin.ask('membership.add', { conversationId: room, userIds: crowd.slice(from, from + 100) })
  }
  for (let count = 0; count < 250; count++) await say(admin, room, `message ${count}`)
  await server.parley.as(admin.id).ask('administration.removeRoom', { conversationId: room })
  // Most of them are members still, and none of them reaches it.
  const asking = crowd.map((id) => server.parley.as(id).ask('message.page', { conversationId: room }))
  const answers = await Promise.allSettled(asking)
  expect(answers.filter(({ status }) => status === 'fulfilled')).toEqual([])
  for (const id of crowd) {
    await expect.poll(async () => (await server.parley.as(id).ask('conversation.list', {})).summaries).toEqual([])
  }
  await expect.poll(() => saidIn(dataDir)).toBe(0)
})

test('its files are given to nobody from then on, also while they are still there', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  const server = await startTestServer({ dataDir, sharedDatabase: true })
  onTestFinished(async () => {
    await server.close()
    await topology().dispose(dataDir)
    await rm(dataDir, { recursive: true, force: true })
  })
  const [ana, bo] = await arriveAll(server, 'ana', 'bo')
  const room = await openRoom(ana, [bo])
  const plans = await upload(server, ana, Buffer.from('plans'))
  await sendFiles(ana, room, [plans.id])
  const sign = () => bo.ask('attachment.sign', { attachmentIds: [plans.id] })
  const { original = '' } = (await sign()).urls[0] ?? {}
  expect((await askBytes(server, original)).status).toBe(200)

  const database = await openTestDatabase(dataDir)
  await createStore(database.write).conversations.update(room, { removed_at: 1, visibility: 'private' })
  await database.close()
  expect((await askBytes(server, original)).status).toBe(404)
  expect(await sign()).toEqual({ urls: [] })
})

test('a removal interrupted by a crash continues when the server starts again', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  const first = await startTestServer({ dataDir, sharedDatabase: true })
  const [ana, bo] = await arriveAll(first, 'ana', 'bo')
  const room = await openRoom(ana, [bo])
  await say(ana, room, 'Buy this')
  await first.close()

  const database = await openTestDatabase(dataDir)
  await database.write.transaction().execute(async (transaction) => {
    const store = createStore(transaction)
    await store.conversations.update(room, { removed_at: 1, visibility: 'private' })
    await store.administration.beginRemoval(room)
  })
  await database.close()

  const second = await startTestServer({ dataDir, sharedDatabase: true })
  onTestFinished(async () => {
    await second.close()
    await topology().dispose(dataDir)
    await rm(dataDir, { recursive: true, force: true })
  })
  await expect.poll(() => saidIn(dataDir)).toBe(0)
  const back = await enter(second, bo.signedIn)
  expect((await back.ask('conversation.list', {})).summaries).toEqual([])
})
