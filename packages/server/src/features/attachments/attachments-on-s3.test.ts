import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { openS3Blobs } from '../../storage/blobs/s3-blobs.ts'
import { startS3Server } from '../../testing/files/s3-server.ts'
import { codeOf, fileOf, patch, sendFiles, upload } from '../../testing/files/uploads.ts'
import { arriveAll, newId, openRoom } from '../../testing/people.ts'
import { startTestServer } from '../../testing/test-server.ts'

test('uploads, ranges and deletions work on S3, and a failing bucket is answered as unavailable', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-'))
  const s3 = await startS3Server(folder)
  const server = await startTestServer({ s3: s3.options })
  onTestFinished(async () => {
    await server.close()
    await s3.close()
    await rm(folder, { recursive: true, force: true })
  })
  const blobs = await openS3Blobs(s3.options, join(folder, 'work'))
  const [ana, bo] = await arriveAll(server, 'ana', 'bo')
  const room = await openRoom(ana, [bo])

  const id = newId()
  await ana.ask('attachment.create', { id, name: 'in two parts', size: 10 })
  for (const [offset, part] of [
    [0, '01234'],
    [5, '56789'],
  ] as const) {
    expect((await patch(server, ana, id, offset, part)).status).toBe(204)
  }
  const picture = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#08f' } })
    .png()
    .toBuffer()
  const photo = await upload(server, ana, picture, { kind: 'image' })
  const { id: messageId } = await sendFiles(ana, room, [id, photo.id])
  expect(await (await fileOf(server, id, bo)).text()).toBe('0123456789')
  expect(await (await fileOf(server, id, bo, 'original', { range: 'bytes=3-6' })).text()).toBe('3456')
  expect((await fileOf(server, photo.id, bo, 'thumbnail')).headers.get('content-type')).toBe('image/webp')
  expect(await blobs.list('', 1_000)).toHaveLength(3)

  s3.failNext(503, 503, 503, 503)
  const failed = await fileOf(server, id, bo)
  expect([failed.status, await codeOf(failed)]).toEqual([503, 'unavailable'])

  await ana.ask('message.delete', { messageId })
  await expect.poll(() => blobs.list('', 1_000)).toEqual([])
  expect((await fileOf(server, id, bo)).status).toBe(404)
})
