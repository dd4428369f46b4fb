import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { fileOf, sendFiles, upload } from '../../testing/files/uploads.ts'
import { arrive, newId, openRoom } from '../../testing/people.ts'
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
