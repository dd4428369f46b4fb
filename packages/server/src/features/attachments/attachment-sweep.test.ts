import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Reply, SignedIn } from '@parley/protocol'
import { sql } from 'kysely'
import { expect, onTestFinished, test, vi } from 'vitest'
import { fileOf, patch, sendFiles, upload } from '../../testing/files/uploads.ts'
import { arrive, enter, newId, openRoom, type Person, say } from '../../testing/people.ts'
import { openTestDatabase } from '../../testing/test-database.ts'
import { startTestServer } from '../../testing/test-server.ts'
import { topology } from '../../testing/topology.ts'

const dayMs = 24 * 60 * 60_000

/** A server on a folder that stays when it is closed, so that another one goes on with it. */
async function folderOf(name: string) {
  const first = await startTestServer({ dataDir: `${process.env.TMPDIR ?? '/tmp'}/parley-${name}-${newId()}` })
  const { dataDir } = first
  const again = () => startTestServer({ dataDir })
  const change = async (statement: ReturnType<typeof sql>) => {
    const database = await openTestDatabase(dataDir)
    await statement.execute(database.write)
    await database.close()
  }
  const blobs = async () =>
    (await readdir(join(dataDir, 'blobs'), { recursive: true })).filter((path) => /\w{40}$/.test(path))
  onTestFinished(async () => {
    await topology().dispose(dataDir)
    await rm(dataDir, { recursive: true, force: true })
  })
  return { first, dataDir, again, change, blobs }
}

test('uploads that no message used within a day are deleted; attachments of messages are kept', async () => {
  const { first, again, change, blobs } = await folderOf('abandoned')
  const eve = await arrive(first, 'eve')
  const room = await openRoom(eve)
  const sent = await upload(first, eve, Buffer.from('sent'))
  await sendFiles(eve, room, [sent.id])
  const free = await upload(first, eve, Buffer.from('free'))
  await eve.ask('attachment.create', { id: newId(), name: 'begun', size: 10 })
  await first.close()
  await change(sql`update attachments set created_at = created_at - ${dayMs + 1_000}`)
  const second = await again()
  onTestFinished(() => second.close())
  const eveAgain = { ...eve, ...(await second.connect(eve.signedIn)) }
  await expect.poll(async () => (await eveAgain.ask('attachment.list', {})).attachments).toEqual([])
  await expect.poll(blobs).toHaveLength(1)
  expect((await fileOf(second, free.id, eve)).status).toBe(404)
  expect(await (await fileOf(second, sent.id, eve)).text()).toBe('sent')
  expect((await eveAgain.ask('attachment.quota', {})).usedBytes).toBe(4)
})

test('an upload that gets bytes is kept until a day after the last of them', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const present = Date.now()
  /** Moves the date alone. It never passes that of the disk, by which temporary files are old. */
  const moveTo = (hoursAgo: number) => vi.setSystemTime(present - hoursAgo * (dayMs / 24))
  moveTo(25)
  const server = await startTestServer()
  onTestFinished(() => server.close())
  const { user, ...began } = await arrive(server, 'eve')
  const [slow, silent] = [newId(), newId()]
  for (const id of [slow, silent]) await began.ask('attachment.create', { id, name: 'begun', size: 10 })
  /** Tokens and connections of before have expired. */
  const signInAgain = async (): Promise<Person> => {
    const body = { username: user.username, password: `password of ${user.username}` }
    const reply = (await (await server.rest('POST', '/sessions', { body })).json()) as Reply<SignedIn>
    if (!reply.ok) throw new Error(reply.error.code)
    return enter(server, reply.data)
  }
  moveTo(2)
  expect((await patch(server, await signInAgain(), slow, 0, '01234')).status).toBe(204)
  moveTo(0)
  const eve = await signInAgain()
  // A deletion begins a sweep.
  const { id: messageId } = await say(eve, await openRoom(eve))
  await eve.ask('message.delete', { messageId })
  const left = async () => (await eve.ask('attachment.list', {})).attachments.map(({ id }) => id)
  await expect.poll(left).not.toContain(silent)
  expect(await left()).toEqual([slow])
  expect((await patch(server, eve, slow, 5, '56789')).status).toBe(204)
  expect(await (await fileOf(server, slow, eve)).text()).toBe('0123456789')
})

test('files whose removal a crash prevented are removed when the server starts again', async () => {
  const { first, again, change, blobs } = await folderOf('killed')
  const eve = await arrive(first, 'eve')
  const { id } = await upload(first, eve, Buffer.from('gone'))
  await first.close()
  // As the transaction of a deletion leaves it.
  await change(sql`insert into blob_removals (blob_key) select blob_key from attachments where id = ${id}`)
  await change(sql`delete from attachments where id = ${id}`)
  const second = await again()
  onTestFinished(() => second.close())
  await expect.poll(blobs).toEqual([])
})

test('a file that cannot be deleted keeps no other from being deleted', async () => {
  const { first, dataDir, again, change, blobs } = await folderOf('stuck')
  const eve = await arrive(first, 'eve')
  const ids = [(await upload(first, eve, Buffer.from('one'))).id, (await upload(first, eve, Buffer.from('two'))).id]
  await first.close()
  await change(sql`insert into blob_removals (blob_key) select blob_key from attachments`)
  await change(sql`delete from attachments`)
  // A folder in the place of a file is no file that can be deleted; it comes first.
  const stuck = '0'.repeat(40)
  await mkdir(join(dataDir, 'blobs', '00', stuck, 'inside'), { recursive: true })
  await change(sql`insert into blob_removals (blob_key) values (${stuck})`)
  expect(await blobs()).toHaveLength(ids.length + 1)
  const second = await again()
  onTestFinished(() => second.close())
  await expect.poll(blobs).toEqual([join('00', stuck)])
})

test('files without a row are deleted once they are a day old', async () => {
  const { first, dataDir, again, blobs } = await folderOf('lost')
  const eve = await arrive(first, 'eve')
  const { id } = await upload(first, eve, Buffer.from('kept'))
  await first.close()
  const lost = async (time?: Date) => {
    const key = randomBytes(20).toString('hex')
    const file = join(dataDir, 'blobs', key.slice(0, 2), key)
    await mkdir(join(file, '..'), { recursive: true })
    await writeFile(file, 'lost')
    if (time) await utimes(file, time, time)
    return key
  }
  const [old, young] = [await lost(new Date(0)), await lost()]
  const work = join(dataDir, 'blobs', 'incoming', 'left')
  await writeFile(work, 'x')
  await utimes(work, new Date(0), new Date(0))
  const second = await again()
  onTestFinished(() => second.close())
  await expect.poll(async () => (await blobs()).some((path) => path.endsWith(old))).toBe(false)
  expect((await blobs()).some((path) => path.endsWith(young))).toBe(true)
  await expect.poll(() => readdir(join(dataDir, 'blobs', 'incoming'))).toEqual([])
  expect(await (await fileOf(second, id, eve)).text()).toBe('kept')
})
