import 'fake-indexeddb/auto'
import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Chat } from '../chat.ts'
import { memoryOutbox } from '../outbox/outbox-storage.ts'
import { chatOf, connectedChat, held, seen, testServer, texts, wireTo } from '../testing/test-chat.ts'
import type { MediaFacts } from './upload.ts'
import { uploadStorage } from './upload-storage.ts'

type Options = Parameters<typeof testServer>[0]

/** Two people in a direct conversation; the connection of the second one can be interrupted. */
async function pair(options?: Options) {
  const server = await testServer(options)
  const [ana, signedIn] = [await connectedChat(server, 'ana'), await server.register('bob')]
  const wire = await wireTo(server)
  const bob = chatOf(wire.url, signedIn, { storage: memoryOutbox() })
  await bob.connect()
  const { id } = await ana.conversations.openDirect({ userId: signedIn.user.id })
  await seen(bob, 'the conversation', ({ conversations }) => conversations[id])
  for (const chat of [ana, bob]) await chat.messages.loadLatest(id)
  return { server, wire, ana, bob, id, signedIn }
}

const bytes = (size: number) => new Uint8Array(randomBytes(size))
const fileOf = (data: Uint8Array, name = 'notes.bin', type = '') => new File([data as BlobPart], name, { type })
const sha = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')
const plain = (text: string, attachments: string[]) => ({ kind: 'plain', text, attachments }) as const

const fetched = async (chat: Chat, attachmentId: string) => {
  const answer = await fetch(await chat.attachments.url(attachmentId))
  return sha(new Uint8Array(await answer.arrayBuffer()))
}

test('a file is uploaded with its progress, sent, and read by the other one at its address', async () => {
  const { ana, bob, id } = await pair()
  const data = bytes(1_000_000)
  const seenProgress: number[] = []
  const upload = bob.attachments.upload(fileOf(data, 'a/b\u202Enotes.bin'), {
    onProgress: (sent) => seenProgress.push(sent),
  })
  expect(bob.store.getState().uploads[upload.id]).toMatchObject({
    name: 'bnotes.bin',
    size: data.length,
    sent: 0,
    status: 'waiting',
  })
  const message = bob.messages.send(id, plain('Read this', [upload.id]))
  expect(held(bob, id).pending.map(({ body }) => body)).toEqual([plain('Read this', [upload.id])])
  const attachment = await upload.settled
  expect(attachment).toMatchObject({ id: upload.id, name: 'bnotes.bin', size: data.length, state: 'ready' })
  expect(seenProgress).toEqual(seenProgress.toSorted((a, b) => a - b))
  expect(seenProgress.at(-1)).toBe(data.length)
  expect((await message.settled).body).toEqual(plain('Read this', [upload.id]))
  expect(bob.store.getState().uploads[upload.id]).toMatchObject({ status: 'done', sent: data.length, attachment })
  await seen(ana, 'the attachment', ({ conversations }) => conversations[id]?.attachments[upload.id])
  expect(held(ana, id).attachments[upload.id]).toEqual(attachment)
  expect(await fetched(ana, upload.id)).toBe(sha(data))
  const [one, two] = await Promise.all([ana.attachments.url(upload.id), ana.attachments.url(upload.id)])
  expect(one).toBe(two)
  expect((await bob.attachments.quota()).usedBytes).toBe(data.length)

  // Sends the facts that the sender read from a video. Impossible facts, or none, are no reason to refuse the file.
  const begin = Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d', 'hex')
  const uploaded = (facts: Promise<MediaFacts>) =>
    bob.attachments.upload(fileOf(Buffer.concat([begin, Buffer.alloc(40)]), 'w.webm', 'video/webm'), { facts }).settled
  const size = { width: 480, height: 640 }
  expect(
    await uploaded(Promise.resolve({ ...size, width: 480.2, durationMs: Number.POSITIVE_INFINITY })),
  ).toMatchObject({
    kind: 'video',
    ...size,
    durationMs: null,
  })
  const nothing = { kind: 'video', width: null, height: null }
  expect(await uploaded(Promise.resolve({ width: 99_999, height: 0 }))).toMatchObject(nothing)
  expect(await uploaded(Promise.reject(new Error('nobody knows')))).toMatchObject(nothing)
})

test('a message waits for its uploads, those behind it wait for it, and another conversation waits for nobody', async () => {
  const { server, wire, ana, bob, id } = await pair()
  const room = (await bob.conversations.create({ name: 'Elsewhere' })).id
  await bob.messages.loadLatest(room)
  const upload = bob.attachments.upload(fileOf(bytes(3_000_000)))
  const first = bob.messages.send(id, plain('first', [upload.id]))
  const second = bob.messages.send(id, 'second')
  await bob.messages.send(room, 'elsewhere').settled
  wire.cut()
  expect((await second.settled).seq).toBe(2)
  expect((await first.settled).seq).toBe(1)
  await seen(ana, 'both', ({ conversations }) => texts(conversations[id]).join() === 'first,second')
  expect(server.url).toBeTruthy()
})

test('an upload goes on after every cut, and arrives whole', async () => {
  const { wire, ana, bob, id } = await pair()
  const data = bytes(6_000_000)
  let [cuts, sentBefore] = [0, 0]
  const upload = bob.attachments.upload(fileOf(data), {
    onProgress: (sent) => {
      if (sent === sentBefore || cuts === 6) return
      sentBefore = sent
      cuts++
      wire.cut()
    },
  })
  await upload.settled
  expect(cuts).toBeGreaterThan(2)
  await bob.messages.send(id, plain('', [upload.id])).settled
  await seen(ana, 'it', ({ conversations }) => conversations[id]?.attachments[upload.id])
  expect(await fetched(ana, upload.id)).toBe(sha(data))
})

test('an upload goes on after an `auth` that failed with an error of its own', async () => {
  const server = await testServer()
  const signedIn = await server.register('ana')
  let failures = 0
  const auth = async () => {
    if (failures > 0 && failures--) throw new TypeError('fetch failed')
    return signedIn.accessToken
  }
  const chat = chatOf(server.url, signedIn, { auth, storage: memoryOutbox() })
  await chat.connect()
  failures = 2
  expect(await chat.attachments.upload(fileOf(bytes(1_000))).settled).toMatchObject({ state: 'ready' })
  expect(failures).toBe(0)
})

test('what the server refuses fails the message with its reason, and those behind it are sent', async () => {
  const { bob, id } = await pair({ allowedFileTypes: ['image/*'] })
  const upload = bob.attachments.upload(fileOf(bytes(100)))
  const [refused, next] = [bob.messages.send(id, plain('', [upload.id])), bob.messages.send(id, 'next')]
  await expect(upload.settled).rejects.toMatchObject({ code: 'file_type_refused' })
  await expect(refused.settled).rejects.toMatchObject({ code: 'file_type_refused' })
  expect((await next.settled).seq).toBe(1)
  expect(held(bob, id).pending).toMatchObject([{ status: 'failed', error: { code: 'file_type_refused' } }])
  expect(bob.store.getState().uploads[upload.id]).toMatchObject({
    status: 'failed',
    error: { code: 'file_type_refused' },
  })
})

test('a cancelled upload leaves nothing, and no message can have it', async () => {
  const { bob, id } = await pair()
  const aborting = new AbortController()
  const upload = bob.attachments.upload(fileOf(bytes(5_000_000)), { signal: aborting.signal })
  const message = bob.messages.send(id, plain('', [upload.id]))
  aborting.abort()
  await expect(upload.settled).rejects.toMatchObject({ code: 'cancelled' })
  await expect(message.settled).rejects.toMatchObject({ code: 'attachment_unusable' })
  expect(bob.store.getState().uploads).toEqual({})
  const late = bob.attachments.upload(fileOf(bytes(10)), { signal: aborting.signal })
  await expect(late.settled).rejects.toMatchObject({ code: 'cancelled' })
  const done = bob.attachments.upload(fileOf(bytes(10)))
  await done.settled
  await done.cancel()
  expect((await bob.call('attachment.list', {})).attachments).toEqual([])
})

test('after a reload the upload goes on with the file that was kept, and the message follows it', async () => {
  const { server, wire, ana, bob, id, signedIn } = await pair()
  const storage = memoryOutbox()
  const before = chatOf(wire.url, signedIn, { storage })
  await before.connect()
  await before.messages.loadLatest(id)
  wire.down()
  const data = bytes(100_000)
  const upload = before.attachments.upload(fileOf(data))
  before.messages.send(id, plain('kept', [upload.id]))
  await before.close()
  wire.up()
  const after = chatOf(wire.url, signedIn, { storage })
  await after.connect()
  await seen(ana, 'the message', ({ conversations }) => conversations[id]?.attachments[upload.id])
  expect(await fetched(ana, upload.id)).toBe(sha(data))
  expect(await fetched(bob, upload.id)).toBe(sha(data))
  expect(server.url).toBeTruthy()
})

test('a message whose file is not here any more fails, and says so', async () => {
  const { bob, id } = await pair()
  const message = bob.messages.send(id, plain('', ['01970000-0000-7000-8000-0000000000ff']))
  await expect(message.settled).rejects.toMatchObject({ code: 'attachment_unusable', message: /not on this device/ })
})

test('a deleted message takes its attachments out of the state of other members, too', async () => {
  const { ana, bob, id } = await pair()
  const [one, two] = [bob.attachments.upload(fileOf(bytes(10))), bob.attachments.upload(fileOf(bytes(10)))]
  await bob.messages.send(id, plain('kept', [one.id])).settled
  const { id: messageId } = await bob.messages.send(id, plain('deleted', [two.id])).settled
  await seen(ana, 'both', ({ conversations }) => Object.keys(conversations[id]?.attachments ?? {}).length === 2)
  await bob.messages.delete(messageId)
  await seen(ana, 'one', ({ conversations }) => Object.keys(conversations[id]?.attachments ?? {}).join() === one.id)
  await expect(ana.attachments.url(two.id)).rejects.toMatchObject({ code: 'not_found' })
})

test('D9: somebody who signs out leaves the files that another person has yet to send', async () => {
  const server = await testServer()
  const wire = await wireTo(server)
  const [ana, bob] = [await server.register('ana'), await server.register('bob')]
  const uploader = async (signedIn: typeof ana) => {
    const chat = chatOf(wire.url, signedIn, { storage: memoryOutbox() })
    await chat.connect()
    return { chat, begin: () => chat.attachments.upload(fileOf(bytes(1_000))).id }
  }
  const [anas, bobs] = [await uploader(ana), await uploader(bob)]
  wire.down()
  const kept = uploadStorage(`${wire.url}/api/v1`, () => 0)
  const [gone, left] = [anas.begin(), bobs.begin()]
  for (const id of [gone, left]) await expect.poll(() => kept.get(id)).toBeDefined()
  await anas.chat.close({ forget: ana.user.id })
  await expect.poll(() => kept.get(gone)).toBeUndefined()
  expect(await kept.get(left)).toBeDefined()
})

test('D9: somebody who signs out leaves no file of an upload behind', async () => {
  const { wire, bob, signedIn } = await pair()
  const kept = uploadStorage(`${wire.url}/api/v1`, () => 0)
  wire.down()
  const upload = bob.attachments.upload(fileOf(bytes(1_000)))
  await expect.poll(() => kept.get(upload.id)).toBeDefined()
  await bob.close({ forget: signedIn.user.id })
  await expect.poll(() => kept.get(upload.id)).toBeUndefined()
  await expect(upload.settled).rejects.toMatchObject({ code: 'cancelled' })
})
