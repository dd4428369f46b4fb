import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  askBytes,
  codeOf,
  fileOf,
  offsetOf,
  patch,
  tokenOf,
  tryUpload,
  tus,
  upload,
} from '../../testing/files/uploads.ts'
import { arrive, arriveAll, newId, type Person } from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

const { server, ana, bo } = serverWithPeople(['ana', 'bo'])

const bytes = (count: number) => new Uint8Array(randomBytes(count))
const sha = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')
const begin = async (size: number, person: Person = ana, on: TestServer = server) => {
  const id = newId()
  await person.ask('attachment.create', { id, name: 'file.bin', size })
  return { id, on }
}

/** A PATCH whose connection is in the hand of the test. */
async function patchByHand(on: TestServer, person: Person, id: string, offset: number, length: number | 'chunked') {
  const { hostname, port } = new URL(on.url)
  const socket: Socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  await once(socket, 'connect')
  const size = length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`
  socket.write(
    `PATCH /api/v1/uploads/${id} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokenOf(person)}\r\nTus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: ${offset}\r\n${size}\r\n\r\n`,
  )
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  socket.resume()
  return { socket, closed }
}

describe('tus 1.0', () => {
  test('an upload is created, reports its offset, takes its bytes in two parts and becomes ready', async () => {
    const abilities = await askBytes(server, '/uploads', { method: 'OPTIONS' })
    expect(abilities.status).toBe(204)
    expect(Object.fromEntries(abilities.headers)).toMatchObject({
      'tus-resumable': '1.0.0',
      'tus-version': '1.0.0',
      'tus-extension': 'creation,termination',
      'tus-max-size': String(100 * 1024 * 1024),
    })
    const data = bytes(1_000)
    const b64 = (word: string) => Buffer.from(word).toString('base64')
    const begun = await askBytes(server, '/uploads', {
      person: ana,
      method: 'POST',
      headers: {
        ...tus,
        'upload-length': '1000',
        'upload-metadata': `filename ${b64('Ärger.bin')},filetype ${b64('image/png')}`,
      },
    })
    expect(begun.status).toBe(201)
    const place = new URL(begun.headers.get('location') ?? '', begun.url).pathname
    expect(place).toMatch(/^\/api\/v1\/uploads\/[0-9a-f-]{36}$/)
    const id = place.split('/').at(-1) ?? ''
    expect(await offsetOf(server, ana, id)).toBe(0)
    const first = await patch(server, ana, id, 0, data.subarray(0, 400))
    expect([first.status, first.headers.get('upload-offset')]).toEqual([204, '400'])
    expect(await offsetOf(server, ana, id)).toBe(400)
    expect((await patch(server, ana, id, 400, data.subarray(400))).headers.get('upload-offset')).toBe('1000')
    expect(await offsetOf(server, ana, id)).toBe(1_000)
    const { attachment } = await ana.ask('attachment.get', { attachmentId: id })
    expect(attachment).toMatchObject({ name: 'Ärger.bin', kind: 'file', size: 1_000, state: 'ready' })
    expect(sha(new Uint8Array(await (await fileOf(server, id, ana)).arrayBuffer()))).toBe(sha(data))
  })

  test('bytes at a wrong offset, of a wrong type or beyond the size are refused, and earlier bytes stay', async () => {
    const { id } = await begin(100)
    await patch(server, ana, id, 0, bytes(60))
    for (const offset of [0, 59, 61, 100]) {
      expect(await codeOf(await patch(server, ana, id, offset, bytes(10)))).toBe('offset_conflict')
    }
    const wrong = await askBytes(server, `/uploads/${id}`, {
      person: ana,
      method: 'PATCH',
      headers: { 'upload-offset': '60' },
      body: 'x',
    })
    expect(wrong.status).toBe(415)
    const tooMuch = await patch(server, ana, id, 60, bytes(41))
    expect([tooMuch.status, await codeOf(tooMuch)]).toEqual([413, 'file_too_large'])
    expect(await offsetOf(server, ana, id)).toBe(60)
    expect((await patch(server, ana, id, 60, bytes(40))).status).toBe(204)
    expect(await codeOf(await patch(server, ana, id, 100, bytes(1)))).toBe('file_too_large')
  })

  test('a request without a length is stopped at the size of the file', async () => {
    const { id } = await begin(100_000)
    const { socket, closed } = await patchByHand(server, ana, id, 0, 'chunked')
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`
    const pump = () => {
      let mayWrite = true
      while (mayWrite && !socket.destroyed) mayWrite = socket.write(chunk)
    }
    socket.on('drain', pump)
    pump()
    await closed
    expect(await offsetOf(server, ana, id)).toBeLessThanOrEqual(100_000)
  })

  test('metadata above 8,192 characters are refused, and not cut', async () => {
    const create = (metadata: string) =>
      askBytes(server, '/uploads', {
        person: ana,
        method: 'POST',
        headers: { ...tus, 'upload-length': '10', 'upload-metadata': metadata },
      })
    expect((await create(`note ${'x'.repeat(8_187)}`)).status).toBe(201)
    const refused = await create(`note ${'x'.repeat(8_188)}`)
    expect([refused.status, await codeOf(refused)]).toEqual([400, 'invalid_input'])
  })

  test('only the uploader can use an upload', async () => {
    const { id } = await begin(10)
    expect((await patch(server, bo, id, 0, bytes(10))).status).toBe(404)
    expect(await offsetOf(server, bo, id)).toBeNaN()
    expect((await askBytes(server, `/uploads/${id}`, { person: bo, method: 'DELETE', headers: tus })).status).toBe(404)
    expect((await askBytes(server, `/uploads/${id}`, { method: 'HEAD', headers: tus })).status).toBe(401)
    expect(await offsetOf(server, ana, id)).toBe(0)
  })

  test('an upload is cancelled by DELETE', async () => {
    const { id } = await begin(10)
    await patch(server, ana, id, 0, bytes(5))
    expect((await askBytes(server, `/uploads/${id}`, { person: ana, method: 'DELETE', headers: tus })).status).toBe(204)
    expect((await patch(server, ana, id, 5, bytes(5))).status).toBe(404)
    expect((await ana.ask('attachment.list', {})).attachments.map((row) => row.id)).not.toContain(id)
  })
})

describe('an interrupted connection', () => {
  /** Bytes of the old connection may still arrive after the server answered the offset (409): clients ask again then. */
  const resume = async (on: TestServer, id: string, data: Uint8Array<ArrayBuffer>) => {
    const offset = await offsetOf(on, ana, id)
    return (await patch(on, ana, id, offset, data.subarray(offset))).status
  }

  test('keeps the bytes that arrived, so that the upload continues from there, on any node', async () => {
    const data = bytes(300_000)
    const { id } = await begin(data.length)
    const { socket } = await patchByHand(server, ana, id, 0, data.length)
    await new Promise<void>((resolve) => socket.write(data.subarray(0, 100_000), () => resolve()))
    socket.destroy()
    await expect.poll(() => resume(server, id, data)).toBe(204)
    expect(sha(new Uint8Array(await (await fileOf(server, id, ana)).arrayBuffer()))).toBe(sha(data))
  })

  test('that is still open is closed when its client asks for the offset', async () => {
    const data = bytes(100_000)
    const { id } = await begin(data.length)
    const node = server.at(0)
    const { socket } = await patchByHand(node, ana, id, 0, data.length)
    await new Promise<void>((resolve) => socket.write(data.subarray(0, 50_000), () => resolve()))
    await expect.poll(() => resume(node, id, data)).toBe(204)
    await new Promise<void>((resolve) => (socket.destroyed ? resolve() : socket.on('close', () => resolve())))
    expect(sha(new Uint8Array(await (await fileOf(server, id, ana)).arrayBuffer()))).toBe(sha(data))
  })

  test('without further bytes is closed, and the bytes that arrived are kept', async () => {
    const impatient = await startTestServer({ timing: { uploadIdleMs: 50 } })
    onTestFinished(() => impatient.close())
    const eve = await arrive(impatient, 'eve')
    const { id } = await begin(1_000, eve)
    const { socket, closed } = await patchByHand(impatient.at(0), eve, id, 0, 1_000)
    socket.write(bytes(300))
    await closed
    await expect.poll(() => offsetOf(impatient.at(0), eve, id)).toBe(300)
  })
})

test('a user may run four uploads at once on a node, without blocking those of others', async () => {
  const [eve, fred] = await arriveAll(server, 'eve', 'fred')
  const node = server.at(0)
  const held: Socket[] = []
  onTestFinished(() => {
    for (const socket of held) socket.destroy()
  })
  for (let count = 0; count < 4; count++) {
    const { id } = await begin(10, eve)
    const { socket } = await patchByHand(node, eve, id, 0, 10)
    socket.write('12345')
    held.push(socket)
  }
  const { id } = await begin(10, eve)
  await expect.poll(async () => codeOf(await patch(node, eve, id, 0, bytes(11)))).toBe('rate_limited')
  await upload(node, fred, bytes(10))
})

describe('a form with one file', () => {
  const post = (form: FormData, person: Person | null = ana, on = server) =>
    askBytes(on, '/uploads', { ...(person ? { person } : {}), method: 'POST', body: form })
  const formWith = (data: Uint8Array, name: string, fields: Record<string, string> = {}) => {
    const form = new FormData()
    for (const [field, value] of Object.entries(fields)) form.set(field, value)
    form.set('file', new Blob([data as BlobPart], { type: 'text/plain' }), name)
    return form
  }

  test('becomes an attachment at once', async () => {
    const data = bytes(20_000_000)
    const answer = await post(formWith(data, 'big.bin'))
    expect(answer.status).toBe(201)
    const { attachment } = (await answer.json()).data
    expect(attachment).toMatchObject({ name: 'big.bin', kind: 'file', size: data.length, state: 'ready' })
    expect(sha(new Uint8Array(await (await fileOf(server, attachment.id, ana)).arrayBuffer()))).toBe(sha(data))
  })

  test('is refused if it is malformed, has no file, or has no signed-in sender', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    const raw = (body: string, given: Record<string, string> = headers) =>
      askBytes(server, '/uploads', { person: ana, method: 'POST', headers: given, body })
    expect(await codeOf(await raw('--x\r\nnothing'))).toBe('invalid_input')
    expect(await codeOf(await raw('x', { 'content-type': 'multipart/form-data' }))).toBe('invalid_input')
    const empty = new FormData()
    empty.set('kind', 'image')
    expect(await codeOf(await post(empty))).toBe('invalid_input')
    expect(await codeOf(await post(formWith(bytes(10), 'x'), null))).toBe('unauthenticated')
    expect(await codeOf(await post(formWith(bytes(10), 'x', { kind: 'hologram' })))).toBe('invalid_input')
  })

  test('that is broken off gives back its place among the uploads of its user', async () => {
    const eve = await arrive(server, 'eve')
    const node = server.at(0)
    const { hostname, port } = new URL(node.url)
    const begun = Array.from({ length: 4 }, () => {
      const socket = connect(Number(port), hostname).on('error', () => {})
      socket.write(
        `POST /api/v1/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokenOf(eve)}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000\r\n\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nbegun`,
      )
      return socket
    })
    onTestFinished(() => {
      for (const socket of begun) socket.destroy()
    })
    const other = async () => (await post(formWith(bytes(10), 'x'), eve, node)).status
    await expect.poll(other).toBe(429)
    for (const socket of begun) socket.destroy()
    await expect.poll(other).toBe(201)
  })

  test('is refused if it ends before the file in it', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    const body = '--x\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nbegun'
    const refused = await askBytes(server, '/uploads', { person: ana, method: 'POST', headers, body })
    expect([refused.status, await codeOf(refused)]).toEqual([400, 'invalid_input'])
  })

  test('is refused if a field is above 8,192 bytes, which is not cut', async () => {
    expect((await post(formWith(bytes(10), 'x', { note: 'x'.repeat(8_192) }))).status).toBe(201)
    const refused = await post(formWith(bytes(10), 'x', { note: 'x'.repeat(8_193) }))
    expect([refused.status, await codeOf(refused)]).toEqual([400, 'invalid_input'])
  })

  test.each([
    ['no room is left', 10, 'begun'],
    ['more has arrived than there is room for', 10_000, 'x'.repeat(20_000)],
  ])('is refused before all of its bytes arrive, once %s', async (_, fileQuota, begun) => {
    const full = await startTestServer({ fileQuota, timing: { uploadIdleMs: 1_000 } })
    onTestFinished(() => full.close())
    const eve = await arrive(full, 'eve')
    await upload(full, eve, bytes(10))
    const { hostname, port } = new URL(full.at(0).url)
    const socket = connect(Number(port), hostname).on('error', () => {})
    onTestFinished(() => void socket.destroy())
    socket.write(
      `POST /api/v1/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokenOf(eve)}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000\r\n\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n${begun}`,
    )
    // The bytes go on arriving.
    const more = setInterval(() => socket.write('x'.repeat(10_000)), 10)
    onTestFinished(() => clearInterval(more))
    const answer = await new Promise((resolve) => socket.once('data', resolve).once('close', () => resolve('closed')))
    expect(String(answer)).toMatch(/^HTTP\/1.1 409 .+"quota_exceeded"/s)
  })

  test('is limited to the maximum file size while it arrives', async () => {
    const small = await startTestServer({ maxFileSize: 10_000 })
    onTestFinished(() => small.close())
    const eve = await arrive(small, 'eve')
    expect(await codeOf(await post(formWith(bytes(20_000), 'x'), eve, small))).toBe('file_too_large')
    expect((await eve.ask('attachment.list', {})).attachments).toEqual([])
  })
})

test('creating an upload again under the same id returns the same upload, and other contents or users are refused', async () => {
  const input = { id: newId(), name: 'a.txt', size: 10 }
  const first = await ana.ask('attachment.create', input)
  expect(await ana.ask('attachment.create', input)).toEqual(first)
  const again = (person: Person, changed: object) => person.reply('attachment.create', { ...input, ...changed })
  for (const reply of [await again(ana, { size: 11 }), await again(ana, { name: 'b' }), await again(bo, {})]) {
    expect(reply).toMatchObject({ ok: false, error: { code: 'attachment_unusable' } })
  }
  const { answer } = await tryUpload(server, ana, bytes(10), { id: input.id, name: 'a.txt' })
  expect(answer.status).toBe(204)
})
