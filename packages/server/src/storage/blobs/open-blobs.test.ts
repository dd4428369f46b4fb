import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { openSqlite } from '../sqlite/sqlite.ts'
import { BlobsUnavailable } from './blob-store.ts'
import { openBlobs } from './open-blobs.ts'

async function stage() {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  const database = await openSqlite(join(dataDir, 'parley.db'))
  onTestFinished(async () => {
    await database.close()
    await rm(dataDir, { recursive: true, force: true })
  })
  const lines: string[] = []
  const log = pino({ level: 'warn' }, { write: (line) => void lines.push(line) })
  const open = (name: string, isShared: boolean) =>
    openBlobs({ dataDir, fileDir: join(dataDir, name) }, { database, isShared, log })
  return { open, lines }
}

test('nodes that open one folder see the same files, also when they start at once', async () => {
  const { open, lines } = await stage()
  const nodes = await Promise.all([open('one', true), open('one', true), open('one', true)])
  for (const blobs of nodes) expect(await blobs.list('', 10)).toEqual([])
  expect(lines).toEqual([])
})

test('a node whose folder is not that of the others stores and reads no file, and logs why', async () => {
  const { open, lines } = await stage()
  await open('one', true)
  const blobs = await open('other', true)
  for (const asked of [blobs.list('', 1), blobs.read('a'), blobs.put('a', 'b'), blobs.remove('a')]) {
    await expect(asked).rejects.toThrow(BlobsUnavailable)
  }
  expect(lines.join()).toContain('attachments are off on this node')
})

test('a server that is alone accepts another folder as its own, and warns once', async () => {
  const { open, lines } = await stage()
  await open('one', false)
  for (let start = 0; start < 2; start++) expect(await (await open('other', false)).list('', 1)).toEqual([])
  expect(lines).toHaveLength(1)
})
