import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type S3Server, startS3Server } from '../../testing/files/s3-server.ts'
import { BlobMissing, type BlobStore, BlobsUnavailable } from './blob-store.ts'
import { openDiskBlobs } from './disk-blobs.ts'
import { openS3Blobs } from './s3-blobs.ts'

let folder: string
let s3: S3Server
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-'))
  s3 = await startS3Server(folder)
})
afterAll(async () => {
  await s3.close()
  await rm(folder, { recursive: true, force: true })
})

const newKey = (start = '') => start + randomBytes(20).toString('hex').slice(start.length)

async function put(blobs: BlobStore, key: string, content: Uint8Array | string): Promise<void> {
  const file = join(blobs.workDir, randomBytes(8).toString('hex'))
  await writeFile(file, content)
  await blobs.put(key, file)
}

const contentOf = async (blobs: BlobStore, key: string, start?: number, end = 0) =>
  (await buffer(await blobs.read(key, start === undefined ? undefined : { start, end }))).toString('latin1')

// If a list has more entries than were requested, the S3 program makes a cursor by a method that current OpenSSL lacks.
describe.each<[string, number, () => Promise<BlobStore>]>([
  ['a folder', 3, () => openDiskBlobs(join(folder, 'disk'))],
  ['S3', 1_000, () => openS3Blobs(s3.options, join(folder, 'work'))],
])('blobs in %s', (_, page, open) => {
  test('can be read whole and in parts, and are replaced by a later put', async () => {
    const blobs = await open()
    const [key, content] = [newKey(), randomBytes(300_000).toString('latin1')]
    await put(blobs, key, Buffer.from(content, 'latin1'))
    expect(await contentOf(blobs, key)).toBe(content)
    expect(await contentOf(blobs, key, 1_000, 1_999)).toBe(content.slice(1_000, 2_000))
    expect(await contentOf(blobs, key, 299_999, 299_999)).toBe(content.slice(-1))
    await put(blobs, key, 'other')
    expect(await contentOf(blobs, key)).toBe('other')
    expect(await readdir(blobs.workDir)).toEqual([])
  })

  test('are missing before they are put and after they are removed; removing one twice is no error', async () => {
    const blobs = await open()
    const key = newKey()
    await expect(blobs.read(key)).rejects.toThrow(BlobMissing)
    await put(blobs, key, 'here')
    await blobs.remove(key)
    await blobs.remove(key)
    await expect(blobs.read(key)).rejects.toThrow(BlobMissing)
  })

  test('are listed in order, page by page', async () => {
    const blobs = await open()
    for (const { key } of await blobs.list('', 1_000)) await blobs.remove(key)
    const keys = ['00', '0a', '7f', '7f', 'ff'].map(newKey).sort()
    for (const key of keys) await put(blobs, key, 'x')
    const [first, rest] = [(await blobs.list('', page)).slice(0, 3), await blobs.list(keys[2] ?? '', page)]
    expect([...first, ...rest].map(({ key }) => key)).toEqual(keys)
    expect(first).toHaveLength(3)
    for (const { modifiedAt } of first) expect(modifiedAt).toBeGreaterThan(0)
    expect(await blobs.list('f'.repeat(40), 3)).toEqual([])
  })

  test.each(['../../etc/passwd', '', 'a'.repeat(39), 'A'.repeat(40), `${'a'.repeat(38)}/b`])(
    'have no key like %j',
    async (key) => {
      const blobs = await open()
      const refusal = /not the key/
      await expect((async () => blobs.read(key))()).rejects.toThrow(refusal)
      await expect((async () => put(blobs, key, 'x'))()).rejects.toThrow(refusal)
      await expect((async () => blobs.remove(key))()).rejects.toThrow(refusal)
    },
  )
})

describe('S3', () => {
  test('is asked again after a failure, and counts as unavailable after several', async () => {
    const blobs = await openS3Blobs(s3.options, join(folder, 'work'))
    const key = newKey()
    s3.failNext(503, 'cut', 500)
    await put(blobs, key, 'in the end')
    s3.failNext(503, 'cut')
    expect(await contentOf(blobs, key)).toBe('in the end')
    s3.failNext(503, 503, 503, 503)
    await expect(blobs.read(key)).rejects.toThrow(BlobsUnavailable)
    await expect(
      put(await openS3Blobs({ ...s3.options, bucket: 'other' }, join(folder, 'work')), key, 'x'),
    ).rejects.toThrow(/NoSuchBucket/)
  })

  test('is unavailable if the bucket is missing: no blob counts as missing, or as removed', async () => {
    const blobs = await openS3Blobs({ ...s3.options, bucket: 'other' }, join(folder, 'work'))
    await expect(blobs.read(newKey())).rejects.toThrow(BlobsUnavailable)
    await expect(blobs.remove(newKey())).rejects.toThrow(/NoSuchBucket/)
  })

  test('is unavailable if it answers a request for a part with a whole blob, which is not read', async () => {
    const { promise: ended, resolve } = Promise.withResolvers<boolean>()
    const store = createServer((_, response) => {
      response.on('close', () => resolve(response.writableFinished))
      Readable.from(Array.from({ length: 1_024 }, () => Buffer.alloc(65_536))).pipe(response)
    })
    await new Promise<void>((listening) => store.listen(0, '127.0.0.1', listening))
    onTestFinished(() => {
      store.closeAllConnections()
      store.close()
    })
    const endpoint = `http://127.0.0.1:${(store.address() as AddressInfo).port}`
    const blobs = await openS3Blobs({ ...s3.options, endpoint }, join(folder, 'work'))
    await expect(blobs.read(newKey(), { start: 1, end: 2 })).rejects.toThrow(BlobsUnavailable)
    expect(await ended).toBe(false)
  })

  test.each([
    ['secret', { secretAccessKey: 'wrong' }],
    ['key', { accessKeyId: 'wrong' }],
  ])('refuses a wrong %s, which is no missing blob', async (_, wrong) => {
    const blobs = await openS3Blobs({ ...s3.options, ...wrong }, join(folder, 'work'))
    await expect(blobs.read(newKey())).rejects.toThrow(BlobsUnavailable)
    await expect(put(blobs, newKey(), 'x')).rejects.toThrow(BlobsUnavailable)
  })
})
