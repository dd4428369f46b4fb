import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, onTestFinished, test } from 'vitest'
import { filesWith, tablesWith } from '../../testing/files/canary.ts'
import { fileOf, sendFiles, upload, withAttachments } from '../../testing/files/uploads.ts'
import {
  arrive,
  arriveAll,
  newId,
  openRoom,
  type Person,
  plain,
  refusalOf,
  say,
  settled,
} from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'
import { startTestServer } from '../../testing/test-server.ts'
import { topology } from '../../testing/topology.ts'

const { server, ana, bo, cleo } = serverWithPeople(['ana', 'bo', 'cleo'])

const photo = () =>
  sharp({ create: { width: 60, height: 40, channels: 3, background: '#3a7' } })
    .jpeg()
    .toBuffer()
const text = (words = 'Notes') => new TextEncoder().encode(words)
const peaks = Array.from({ length: 64 }, (_, at) => at)

const heardOf = (person: Person, messageId: string) =>
  person.heard('message.created', ({ messages }) => messages?.[0]?.id === messageId)

const usedBy = async (person: Person) => (await person.ask('attachment.quota', {})).usedBytes

describe('a message with attachments', () => {
  test('includes their details in events, pages, summaries and syncs, for members only', async () => {
    const room = await openRoom(ana, [bo])
    const { rev } = (await bo.ask('conversation.get', { conversationId: room })).summary
    const picture = await upload(server, ana, await photo(), { kind: 'image', name: 'Garden.jpg' })
    const notes = await upload(server, ana, text(), { name: 'notes.txt' })
    expect(picture).toMatchObject({ kind: 'image', mime: 'image/jpeg', width: 60, height: 40, state: 'ready' })
    expect(picture.thumbhash).toMatch(/^[A-Za-z0-9+/=]{20,60}$/)
    expect(notes).toMatchObject({
      kind: 'file',
      mime: 'application/octet-stream',
      size: 5,
      width: null,
      thumbhash: null,
    })

    const message = await sendFiles(ana, room, [picture.id, notes.id], 'Look')
    expect(message).toMatchObject({ type: 'file', body: withAttachments([picture.id, notes.id], 'Look') })
    const event = await heardOf(bo, message.id)
    expect(event.attachments).toEqual([picture, notes])
    const page = await bo.ask('message.page', { conversationId: room })
    expect(page.attachments).toEqual([picture, notes])
    expect((await bo.ask('message.get', { messageId: message.id })).attachments).toEqual([picture, notes])
    expect((await bo.ask('conversation.get', { conversationId: room })).summary.attachments).toEqual([picture, notes])
    const { changes } = await bo.ask('sync.run', {
      epoch: (await bo.ask('sync.run', {})).epoch,
      rev: 0,
      positions: [{ conversationId: room, rev }],
    })
    expect(changes.find(({ conversationId }) => conversationId === room)?.attachments).toEqual([picture, notes])
    await settled(cleo)
    expect(JSON.stringify(cleo.all('message.created'))).not.toContain(picture.id)
    expect(await refusalOf(cleo, 'attachment.get', { attachmentId: picture.id })).toMatchObject({ code: 'not_found' })
  })

  test('takes the type from the content of the file, and a recording keeps its length and waveform', async () => {
    const room = await openRoom(ana)
    const wave = Buffer.concat([
      Buffer.from('RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0', 'latin1'),
      Buffer.alloc(40),
    ])
    const voice = await upload(server, ana, wave, { kind: 'voice', name: 'v.wav', durationMs: 4_200, peaks })
    expect(voice).toMatchObject({ kind: 'voice', mime: 'audio/wav', durationMs: 4_200, peaks })
    expect((await sendFiles(ana, room, [voice.id])).type).toBe('voice')
    const picture = await upload(server, ana, await photo(), { kind: 'image' })
    expect((await sendFiles(ana, room, [picture.id])).type).toBe('image')
    // Of a film the sender says how large it is, within bounds; of anything else that is no word to take.
    const film = Buffer.concat([
      Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d', 'hex'),
      Buffer.alloc(40),
    ])
    const size = { width: 480, height: 640 }
    const walk = await upload(server, ana, film, { kind: 'video', name: 'w.webm', durationMs: 700, ...size })
    expect(walk).toMatchObject({ kind: 'video', mime: 'video/webm', durationMs: 700, thumbhash: null, ...size })
    const none = { width: null, height: null }
    expect(await upload(server, ana, film, { kind: 'video', width: 480 })).toMatchObject(none)
    expect(await upload(server, ana, text(), { kind: 'video', ...size })).toMatchObject({ kind: 'file', ...none })
    expect(await upload(server, ana, film, { kind: 'file', ...size })).toMatchObject(none)
    const measured = await upload(server, ana, await photo(), { kind: 'image', ...size })
    expect([measured.width, measured.height]).not.toEqual([480, 640])
    for (const width of [0, -1, 1.5, 16_385]) {
      const input = { id: newId(), kind: 'video', name: 'w.webm', size: 9, width, height: 9 } as const
      expect(await refusalOf(ana, 'attachment.create', input)).toMatchObject({ code: 'invalid_input' })
    }
    const fake = await upload(server, ana, text(), { kind: 'voice', durationMs: 1, peaks })
    expect(fake).toMatchObject({ kind: 'file', durationMs: null, peaks: null })
  })

  test('cannot use an attachment of another user, an incomplete one or one of another message', async () => {
    const room = await openRoom(ana, [bo])
    const mine = await upload(server, ana, text())
    const theirs = await upload(server, bo, text())
    const incomplete = newId()
    await ana.ask('attachment.create', { id: incomplete, name: 'x', size: 3 })
    const send = (id: string) =>
      refusalOf(ana, 'message.send', { conversationId: room, id: newId(), body: withAttachments([mine.id, id]) })
    const unusable = { code: 'attachment_unusable' }
    for (const id of [theirs.id, incomplete, newId()]) expect(await send(id)).toMatchObject(unusable)
    const other = await upload(server, ana, text())
    await sendFiles(ana, room, [other.id])
    expect(await send(other.id)).toMatchObject(unusable)
    // What was refused took nothing, and no place.
    expect((await sendFiles(ana, room, [mine.id])).seq).toBe(2)
  })

  test('sent twice is one message', async () => {
    const room = await openRoom(ana)
    const file = await upload(server, ana, text())
    const sent = { conversationId: room, id: newId(), body: withAttachments([file.id]) }
    const first = await ana.ask('message.send', sent)
    expect(await ana.ask('message.send', sent)).toEqual(first)
  })

  test('sent at the same time as others with the same attachment is the only one accepted', async () => {
    const room = await openRoom(ana)
    const file = await upload(server, ana, text())
    const send = () =>
      ana.reply('message.send', { conversationId: room, id: newId(), body: withAttachments([file.id]) })
    const replies = await Promise.all(Array.from({ length: 8 }, send))
    expect(replies.filter(({ ok }) => ok)).toHaveLength(1)
  })

  test('keeps its attachments when its text is edited, and an edit cannot take attachments of others', async () => {
    const room = await openRoom(ana, [bo])
    const [one, two, three] = [
      await upload(server, ana, text()),
      await upload(server, ana, text()),
      await upload(server, ana, text()),
    ]
    const { id: messageId } = await sendFiles(ana, room, [one.id, two.id])
    const edited = await ana.ask('message.edit', { messageId, body: plain('Read these') })
    expect(edited.message.body).toEqual(withAttachments([one.id, two.id], 'Read these'))
    const event = await bo.heard('message.updated', ({ messages }) => messages?.[0]?.id === messageId)
    expect(event.attachments).toEqual([one, two])

    const elsewhere = await sendFiles(ana, room, [three.id])
    const theirs = await upload(server, bo, text())
    for (const id of [three.id, theirs.id]) {
      const steal = { messageId, body: withAttachments([one.id, id]) }
      expect(await refusalOf(ana, 'message.edit', steal)).toMatchObject({ code: 'attachment_unusable' })
    }
    const four = await upload(server, ana, text())
    await ana.ask('message.edit', { messageId, body: withAttachments([four.id, one.id]) })
    const { messages, attachments } = await bo.ask('message.page', { conversationId: room })
    expect(attachments.map(({ id }) => id)).toEqual([four.id, one.id, three.id])
    expect(messages.map(({ id }) => id)).toEqual([messageId, elsewhere.id])
    expect(await refusalOf(bo, 'attachment.get', { attachmentId: two.id })).toMatchObject({ code: 'not_found' })
    expect((await fileOf(server, two.id, ana)).status).toBe(404)
  })
})

describe('permission to read a file', () => {
  test('members can read it, with a session or a signed address, until they leave', async () => {
    const room = await openRoom(ana, [bo])
    const file = await upload(server, ana, text('secret'))
    await sendFiles(ana, room, [file.id])
    const { urls } = await bo.ask('attachment.sign', { attachmentIds: [file.id, newId()] })
    expect(urls).toHaveLength(1)
    const signed = `${server.url}${urls[0]?.original}`
    expect(await (await fetch(signed)).text()).toBe('secret')
    expect(await (await fileOf(server, file.id, bo)).text()).toBe('secret')
    expect((await fileOf(server, file.id, cleo)).status).toBe(404)
    expect((await fileOf(server, file.id)).status).toBe(401)
    expect((await cleo.ask('attachment.sign', { attachmentIds: [file.id] })).urls).toEqual([])

    await ana.ask('membership.remove', { conversationId: room, userId: bo.id })
    expect((await fetch(signed)).status).toBe(404)
    expect((await fileOf(server, file.id, bo)).status).toBe(404)
    expect((await bo.ask('attachment.sign', { attachmentIds: [file.id] })).urls).toEqual([])
  })

  test('only the uploader can read it before it is sent, and not after leaving', async () => {
    const room = await openRoom(bo, [ana])
    const file = await upload(server, ana, text())
    expect((await fileOf(server, file.id, bo)).status).toBe(404)
    expect((await fileOf(server, file.id, ana)).status).toBe(200)
    await sendFiles(ana, room, [file.id])
    await ana.ask('membership.leave', { conversationId: room })
    expect((await fileOf(server, file.id, ana)).status).toBe(404)
    expect((await fileOf(server, file.id, bo)).status).toBe(200)
  })

  test('a signed address is invalid for another file, variant, user or time', async () => {
    const [file, other] = [
      await upload(server, ana, text()),
      await upload(server, ana, await photo(), { kind: 'image' }),
    ]
    const { urls } = await ana.ask('attachment.sign', { attachmentIds: [other.id, file.id] })
    const good = urls.find(({ attachmentId }) => attachmentId === other.id)?.original ?? ''
    expect((await fetch(server.url + good)).status).toBe(200)
    const changed = [
      good.replace(other.id, file.id),
      good.replace('/original', '/thumbnail'),
      good.replace(`user=${ana.id}`, `user=${bo.id}`),
      good.replace(/until=\d+/, (until) => `${until}0`),
      good.replace(/seal=(.)/, (_, first) => `seal=${first === '-' ? '_' : '-'}`),
      good.replace(/&seal=.*/, ''),
    ]
    for (const address of changed) expect([address, (await fetch(server.url + address)).status]).toEqual([address, 401])
  })
})

describe('an attachment that was not sent', () => {
  test('is listed for its uploader only, and discarding it frees its quota', async () => {
    const dora = await arrive(server, 'dora')
    const file = await upload(server, dora, text('12345'))
    expect(await usedBy(dora)).toBe(5)
    expect((await dora.ask('attachment.list', {})).attachments).toEqual([file])
    expect(await refusalOf(ana, 'attachment.discard', { attachmentId: file.id })).toMatchObject({ code: 'not_found' })
    await dora.ask('attachment.discard', { attachmentId: file.id })
    expect((await dora.ask('attachment.list', {})).attachments).toEqual([])
    expect(await usedBy(dora)).toBe(0)
    expect((await fileOf(server, file.id, dora)).status).toBe(404)
  })

  test('can be discarded, but one in a message cannot', async () => {
    const file = await upload(server, ana, text())
    await sendFiles(ana, await openRoom(ana), [file.id])
    expect(await refusalOf(ana, 'attachment.discard', { attachmentId: file.id })).toMatchObject({ code: 'not_found' })
    expect((await fileOf(server, file.id, ana)).status).toBe(200)
  })

  test('counts towards a limit of one hundred', async () => {
    const dora = await arrive(server, 'dora')
    const create = () => ({ id: newId(), name: 'x', size: 1 })
    for (let made = 0; made < 100; made++) await dora.ask('attachment.create', create())
    expect(await refusalOf(dora, 'attachment.create', create())).toMatchObject({ code: 'limit_reached' })
  })
})

test('the maximum file size, the allowed types and the quota of a user are enforced', async () => {
  const small = await startTestServer({ maxFileSize: 1_000, fileQuota: 1_500, allowedFileTypes: ['image/*'] })
  onTestFinished(() => small.close())
  const [eve, fred] = await arriveAll(small, 'eve', 'fred')
  const create = (size: number) => ({ id: newId(), name: 'x', size })
  expect(await refusalOf(eve, 'attachment.create', create(1_001))).toMatchObject({ code: 'file_too_large' })
  const picture = await upload(small, eve, await photo(), { kind: 'image' })
  expect(await usedBy(eve)).toBe(picture.size)
  await expect(upload(small, eve, text())).rejects.toThrow(/file_type_refused/)
  expect(await usedBy(eve), 'what was refused takes no room').toBe(picture.size)
  await eve.ask('attachment.create', create(1_000))
  expect(await refusalOf(eve, 'attachment.create', create(1_000))).toMatchObject({ code: 'quota_exceeded' })
  await fred.ask('attachment.create', create(1_000))
})

test('after a message is deleted, nothing of its files is left on disk or in the database', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const own = await startTestServer({ dataDir, sharedDatabase: true })
  const [eve, fred] = await arriveAll(own, 'eve', 'fred')
  const room = await openRoom(eve, [fred])
  const files = [
    await upload(own, eve, text(`canary in bytes ${'x'.repeat(1_000)}`), { name: 'canary in a name.txt' }),
    await upload(own, eve, await photo(), { kind: 'image', name: 'canary.jpg' }),
  ]
  const kept = await upload(own, eve, text('kept'))
  await sendFiles(eve, room, [kept.id])
  const { id: messageId } = await sendFiles(
    eve,
    room,
    files.map(({ id }) => id),
    'canary in a text',
  )
  const blobs = async () =>
    (await readdir(join(dataDir, 'blobs'), { recursive: true })).filter((name) => name.length > 40)
  expect(await blobs()).toHaveLength(4)
  const word = 'canary'
  expect(await tablesWith(dataDir, word)).toEqual(expect.arrayContaining(['attachments', 'messages']))
  expect(await filesWith(dataDir, word)).not.toEqual([])
  await eve.ask('message.delete', { messageId })
  await expect.poll(blobs).toHaveLength(1)
  for (const { id } of files) expect((await fileOf(own, id, fred)).status).toBe(404)
  expect(await (await fileOf(own, kept.id, fred)).text()).toBe('kept')
  await say(eve, room, 'later')
  await own.close()
  expect(await filesWith(dataDir, word)).toEqual([])
  expect(await tablesWith(dataDir, word)).toEqual([])
  await topology().dispose(dataDir)
})
