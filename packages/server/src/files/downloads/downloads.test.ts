import { request } from 'node:http'
import sharp from 'sharp'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fileOf, sendFiles, tokenOf, upload } from '../../testing/files/uploads.ts'
import { arrive, openRoom, type Person } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'
import { startTestServer } from '../../testing/test-server.ts'

const { server, ana, bo } = serverWithPeople(['ana', 'bo'])

const image = (format: 'jpeg' | 'png' | 'webp' | 'gif' | 'avif') =>
  sharp({ create: { width: 20, height: 10, channels: 3, background: '#38a' } })
    .toFormat(format)
    .toBuffer()

const guards = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'private, no-cache',
  'accept-ranges': 'bytes',
}
const headersOf = (answer: Response) => Object.fromEntries(answer.headers)

describe('downloading a file', () => {
  test.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)(
    'an image is sent with its own type, and its thumbnail as webp: %s',
    async (format) => {
      const { id } = await upload(server, ana, await image(format), { kind: 'image', name: `p.${format}` })
      const original = await fileOf(server, id, ana)
      expect(headersOf(original)).toMatchObject({
        ...guards,
        'content-type': `image/${format}`,
        'content-disposition': `inline; filename="p.${format}"; filename*=UTF-8''p.${format}`,
      })
      const { width, height } = await sharp(Buffer.from(await original.arrayBuffer())).metadata()
      expect([width, height]).toEqual([20, 10])
      const thumbnail = await fileOf(server, id, ana, 'thumbnail')
      expect(headersOf(thumbnail)).toMatchObject({ ...guards, 'content-type': 'image/webp' })
      expect((await sharp(Buffer.from(await thumbnail.arrayBuffer())).metadata()).format).toBe('webp')
    },
  )

  test('a file that is neither an image nor playable is sent as a download without a specific type', async () => {
    for (const [bytes, name] of [
      ['<script>alert(1)</script>', 'page.html'],
      ['<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 'a.svg'],
      ['%PDF-1.7\n', 'a.pdf'],
    ] as const) {
      const { id } = await upload(server, ana, new TextEncoder().encode(bytes), { kind: 'image', name })
      const answer = await fileOf(server, id, ana)
      expect(headersOf(answer)).toMatchObject({ ...guards, 'content-type': 'application/octet-stream' })
      expect(answer.headers.get('content-disposition')).toMatch(/^attachment; /)
      expect(await answer.text()).toBe(bytes)
      expect((await fileOf(server, id, ana, 'thumbnail')).status).toBe(404)
    }
  })

  test('a name may contain any script, and cannot break the header', async () => {
    const name = 'Año "новый" 年\'s (1)*;%.txt'
    const { id, name: kept } = await upload(server, ana, Buffer.from('x'), { name: `C:\\x\\${name}\r\nX-Evil: 1` })
    const disposition = (await fileOf(server, id, ana)).headers.get('content-disposition') ?? ''
    expect(disposition).toMatch(/^attachment; filename="[\x20-\x7E]*"; filename\*=UTF-8''[\w.%~-]+$/)
    expect(decodeURIComponent(disposition.split("UTF-8''")[1] ?? '')).toBe(kept)
    expect(kept).not.toMatch(/[\r\n"\\/]/)
  })

  test('files are open to other sites if the server allows other origins', async () => {
    const open = await startTestServer({ allowedOrigins: ['https://app.example'] })
    onTestFinished(() => open.close())
    const eve = await arrive(open, 'eve')
    const { id } = await upload(open, eve, Buffer.from('x'))
    expect((await fileOf(open, id, eve)).headers.get('cross-origin-resource-policy')).toBe('cross-origin')
  })
})

describe('downloading a part of a file', () => {
  const content = 'abcdefghijklmnopqrstuvwxyz'
  const part = async (range: string, headers = {}) => {
    const { id } = await upload(server, ana, Buffer.from(content))
    const answer = await fileOf(server, id, ana, 'original', { range, ...headers })
    return [answer.status, answer.headers.get('content-range'), await answer.text()]
  }

  test.each([
    ['bytes=0-3', 206, 'bytes 0-3/26', 'abcd'],
    ['bytes=24-', 206, 'bytes 24-25/26', 'yz'],
    ['bytes=-3', 206, 'bytes 23-25/26', 'xyz'],
    ['bytes=-100', 206, 'bytes 0-25/26', content],
    ['bytes=20-999', 206, 'bytes 20-25/26', 'uvwxyz'],
    ['bytes=26-', 416, 'bytes */26', ''],
    ['bytes=-0', 416, 'bytes */26', ''],
    ['bytes=3-1', 200, null, content],
    ['bytes=0-1,3-4', 200, null, content],
    ['lines=0-1', 200, null, content],
    ['bytes=99999999999999999999-', 200, null, content],
  ])('%s is answered with %i %s', async (range, status, contentRange, body) => {
    expect(await part(range)).toEqual([status, contentRange, body])
  })

  test('If-Range returns all of a changed file, and If-None-Match returns nothing of an unchanged one', async () => {
    const { id } = await upload(server, ana, Buffer.from(content))
    const etag = (await fileOf(server, id, ana)).headers.get('etag') ?? ''
    const ranged = (ifRange: string) => fileOf(server, id, ana, 'original', { range: 'bytes=0-1', 'if-range': ifRange })
    expect([(await ranged(etag)).status, (await ranged('"other"')).status]).toEqual([206, 200])
    const held = await fileOf(server, id, ana, 'original', { 'if-none-match': etag })
    expect([held.status, await held.text()]).toEqual([304, ''])
    expect(headersOf(held)).toMatchObject({ etag, 'cache-control': 'private, no-cache' })
  })
})

test('the same file uploaded by two people has different ids and tags and no times, so neither learns of the other', async () => {
  const same = Buffer.from('the very same bytes')
  const [mine, theirs] = [await upload(server, ana, same), await upload(server, bo, same)]
  const marks = async (id: string, person: Person) => {
    const { etag, 'last-modified': modified } = headersOf(await fileOf(server, id, person))
    return { etag, modified }
  }
  expect((await marks(mine.id, ana)).etag).not.toBe((await marks(theirs.id, bo)).etag)
  expect((await marks(mine.id, ana)).modified).toBeUndefined()
  expect((await fileOf(server, theirs.id, ana)).status).toBe(404)
})

test('somebody removed from the conversation cannot confirm a cached file by its tag', async () => {
  const room = await openRoom(ana, [bo])
  const { id } = await upload(server, ana, Buffer.from('x'))
  await sendFiles(ana, room, [id])
  const etag = (await fileOf(server, id, bo)).headers.get('etag') ?? ''
  await ana.ask('membership.remove', { conversationId: room, userId: bo.id })
  expect((await fileOf(server, id, bo, 'original', { 'if-none-match': etag })).status).toBe(404)
})

test('HEAD returns the headers of GET without the bytes', async () => {
  const { id } = await upload(server, ana, Buffer.from('12345'))
  const answered = new Promise<Record<string, unknown>>((resolve, reject) => {
    const asked = request(`${server.url}/api/v1/files/${id}/original`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${tokenOf(ana)}` },
    })
    asked.on('response', (answer) => resolve({ status: answer.statusCode, length: answer.headers['content-length'] }))
    asked.on('error', reject).end()
  })
  expect(await answered).toEqual({ status: 200, length: '5' })
})
