import { enter, newId, type Person, say } from '@parley/server/testing/people'
import { stopClock } from '@parley/server/testing/stopped-clock'
import { describe, expect, onTestFinished, test } from 'vitest'
import { upload, withAttachments } from '../../packages/server/src/testing/files/uploads.ts'
import { picture as makePicture } from '../browser/sample-files.ts'
import type { ConversationClient } from './conversation-client.ts'
import { conversationStage } from './conversation-stage.ts'
import type { Fields } from './inbox.ts'
import { stage } from './stage.ts'

const on = stage({ maxFileSize: 200_000, allowedFileTypes: ['image/*', 'application/octet-stream'] })
const { arrive, come, pair } = conversationStage(on)

const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const address = expect.stringMatching(/^\/api\/v1\/files\/[0-9a-f-]{36}\/original\?/)

const picture = makePicture('pier.png', 20, 10).buffer
const notes = new TextEncoder().encode('notes')

const uploaded = async (client: ConversationClient, bytes: Uint8Array = picture, name = 'pier.png') => {
  const { status, body } = await client.upload(bytes, name, name.endsWith('.png') ? 'image/png' : 'text/plain')
  expect({ status, body }).toEqual({
    status: 200,
    body: { status: 200, message: 'File uploaded successfully', data: { fileUrl: address } },
  })
  return String((body.data as Fields).fileUrl)
}

/** As `<img src>` asks for it: with nothing but the address. */
const look = (fileUrl: unknown) => fetch(on.server().url + String(fileUrl))
const contentOf = (message: Fields) => message.content as Fields

const historyOf = async (client: ConversationClient, conversationId: string) => {
  const { body } = await client.rest.get(`/api/chat/conversations/${conversationId}/messages`)
  const overRest = (body.data as { messages: Fields[] }).messages
  const overSocket = (await client.ask('get_messages', { conversationId })).messages as Fields[]
  // To read a page is to have it, and an address ends a while after it was made.
  const unsigned = ({ _id, content }: Fields) => JSON.stringify([_id, content]).replace(/\?[^"]+/g, '')
  expect(overSocket.map(unsigned)).toEqual(overRest.map(unsigned))
  return overRest
}
const lastOf = async (client: ConversationClient) =>
  ((await client.rest.get('/api/chat/conversations')).body.data as Fields[])[0]?.lastMessage

/** Somebody at our own client, in the conversation of somebody at theirs. */
const native = async (otherId: string) => {
  const cleo = await enter(on.server(), await on.signUp())
  const { summary } = await cleo.ask('conversation.openDirect', { userId: otherId })
  const name = [cleo.id, otherId].sort().join('_')
  return { ...cleo, conversationId: summary.conversation.id, name }
}

/** The ids of files that are called as what they hold. */
const uploadAll = async (person: Person, names: readonly string[]) => {
  const ids: string[] = []
  for (const name of names) {
    ids.push((await upload(on.server(), person, new TextEncoder().encode(name), { name })).id)
  }
  return ids
}

describe('document 003: files', () => {
  test('an upload is sent by its address, and each member gets an own address that shows it', async () => {
    const { ana, bo, conversationId } = await pair()
    const fileUrl = await uploaded(ana)
    expect((await look(fileUrl)).headers.get('content-type')).toBe('image/png')
    const content = { fileUrl, fileName: 'another name', fileSize: 1 }
    const argument = { conversationId, receiverId: bo.id, messageType: 'image', content }
    const sent = await ana.ask('send_message', argument)
    const told = { fileUrl: address, fileName: 'pier.png', fileSize: expect.any(Number) }
    const shown = [contentOf(sent)]
    for (const one of [ana, bo]) {
      const heard = await one.inbox.next('new_message')
      expect(heard).toEqual({
        _id: sent._id,
        conversationId,
        senderId: ana.id,
        receiverId: bo.id,
        messageType: 'image',
        content: told,
        status: 'sent',
        timestamp: date,
        createdAt: date,
      })
      const [listed = {}] = await historyOf(one, conversationId)
      expect(listed).toMatchObject({ _id: sent._id, messageType: 'image', content: told })
      for (const mine of [heard, listed].map(contentOf)) {
        expect(new URL(String(mine.fileUrl), on.server().url).searchParams.get('user')).toBe(one.id)
        shown.push(mine)
      }
      expect(await lastOf(one)).toEqual({ text: 'File', senderId: ana.id, timestamp: date })
    }
    for (const mine of shown) {
      expect((await (await look(mine.fileUrl)).arrayBuffer()).byteLength).toBe(mine.fileSize)
    }
    const addresses = shown.map((mine) => String(mine.fileUrl))
    const eve = await come()
    const [last = ''] = addresses.slice(-1)
    const stolen = last.replace(/user=[^&]+/, `user=${eve.id}`)
    expect((await look(stolen)).status).toBe(401)
    expect((await look(last.split('?')[0])).status).toBe(401)
  })

  test('missed messages are sent with an address for the user', async () => {
    const [ana, signedIn] = [await come(), await on.signUp()]
    const [url, origin] = [await uploaded(ana, notes, 'notes.txt'), on.server().url]
    const content = { text: 'Read this', fileUrl: origin + url }
    await ana.ask('send_message', { receiverId: signedIn.user.id, messageType: 'file', content })
    const bo = await arrive(signedIn)
    const brought = await bo.inbox.next('new_message')
    expect(brought).toMatchObject({
      messageType: 'file',
      content: { text: 'Read this', fileUrl: address, fileName: 'notes.txt', fileSize: 5 },
    })
    expect(await (await look(contentOf(brought).fileUrl)).text()).toBe('notes')
    expect(await lastOf(bo)).toMatchObject({ text: 'Read this' })
  })

  test('several files with a caption from a native client arrive in one message, also in a room', async () => {
    const [ana, bo] = [await come(), await come()]
    const cleo = await native(ana.id)
    const { summary } = await cleo.ask('conversation.create', { name: 'Pier', userIds: [ana.id, bo.id] })
    const room = summary.conversation.id
    await bo.ask('leave_conversation', { conversationId: room })
    const ids = await uploadAll(cleo, ['a.txt', 'b.txt', 'c.txt'])
    const id = newId()
    const body = { kind: 'plain', text: 'Three', attachments: ids } as const
    await cleo.ask('message.send', { conversationId: room, id, body })
    await cleo.ask('message.edit', { messageId: id, body: { kind: 'plain', text: 'Two', attachments: ids.slice(1) } })
    const heard = await ana.inbox.next('new_message', { _id: id })
    const file = (name: string) => ({ fileUrl: address, fileName: name, fileSize: 5 })
    expect(heard).toMatchObject({ conversationId: room, receiverId: null, messageType: 'file' })
    expect(heard.content).toEqual({
      text: 'Three',
      ...file('a.txt'),
      files: [file('a.txt'), file('b.txt'), file('c.txt')],
    })
    const edited = { text: 'Two', ...file('b.txt'), files: [file('b.txt'), file('c.txt')] }
    const told = await ana.inbox.next('message_updated', { _id: id })
    expect(told.content).toEqual(edited)
    expect((await historyOf(ana, room))[0]?.content).toEqual(edited)
    for (const { fileUrl, fileName } of (told.content as { files: Fields[] }).files) {
      expect(await (await look(fileUrl)).text()).toBe(fileName)
    }
    await bo.heardAll()
    expect([...bo.inbox.all('new_message'), ...bo.inbox.all('message_updated')]).toEqual([])
  })

  test('a file that is sent while a client connects arrives once, after the messages that it missed', async () => {
    const bo = await on.signUp()
    const cleo = await native(bo.user.id)
    const { conversationId } = cleo
    const names = Array.from({ length: 20 }, (_, at) => `${at}.txt`)
    const ids = await uploadAll(cleo, names)
    await Promise.all(Array.from({ length: 200 }, () => say(cleo, conversationId, 'before')))
    const arriving = arrive(bo)
    for (const id of ids) await cleo.ask('message.send', { conversationId, id: newId(), body: withAttachments([id]) })
    const back = await arriving
    await expect.poll(() => contentOf(back.inbox.all('new_message').at(-1) ?? {})?.fileName).toBe('19.txt')
    await back.heardAll()
    const said = back.inbox.all('new_message').map((message) => contentOf(message).fileName ?? 'before')
    expect(said).toEqual([...Array.from({ length: 200 }, () => 'before'), ...names])
  })

  test('a fileUrl that is no upload of the sender is refused, and leaves no conversation behind', async () => {
    const [ana, bo] = [await come(), await come()]
    const [theirs, mine] = [await uploaded(bo), await uploaded(ana)]
    const receiverId = bo.id
    const send = (content: unknown, messageType = 'image') =>
      ana.ask('send_message', { receiverId, messageType, content })
    const bad: unknown[] = [
      theirs,
      'https://elsewhere.example/a.png',
      'javascript:alert(1)',
      '/etc/passwd',
      mine.replace('/api/v1/files/', '/api/v1/files/../files/'),
      mine.replace(/[0-9a-f]{8}-/, '00000000-'),
      `${mine}${'x'.repeat(5_000)}`,
      '',
      7,
      { toString: 'x' },
      [mine],
    ]
    for (const fileUrl of bad) expect(await send({ fileUrl })).toMatchObject({ error: { code: 'INVALID_INPUT' } })
    for (const content of [{ text: 'x' }, { fileUrl: mine, fileName: 7 }, { fileUrl: mine, fileSize: '7' }]) {
      expect(await send(content)).toMatchObject({ error: { code: 'INVALID_INPUT' } })
    }
    for (const type of ['video', 'toString', '', 7, ['image']]) {
      expect(await send({ fileUrl: mine }, type as string)).toMatchObject({ status: 'error' })
    }
    expect((await ana.rest.get('/api/chat/conversations')).body.data).toEqual([])
    expect(await send({ fileUrl: mine })).toMatchObject({ messageType: 'image' })
    expect(await send({ fileUrl: mine })).toMatchObject({ error: { code: 'ATTACHMENT_UNUSABLE' } })
    // Another client may have named the file so. A client of document 003 opens only addresses that this server serves.
    const text = 'a.png https://elsewhere.example/a.png'
    const cleo = await native(bo.id)
    await cleo.ask('message.send', {
      conversationId: cleo.conversationId,
      id: newId(),
      type: 'image',
      body: { kind: 'plain', text },
    })
    expect((await bo.inbox.next('new_message', { senderId: cleo.id })).content).toEqual({ text })
    expect(bo.inbox.all('new_message')).toHaveLength(2)
  })

  test('refused uploads fail in the envelope', async () => {
    const ana = await come()
    const fails = (answer: { status: number; body: Fields }, status: number, code: string) => {
      const texts = { message: expect.any(String), requestId: expect.any(String) }
      expect(answer).toMatchObject({ status, body: { status, code, data: null, ...texts } })
    }
    const withField = new FormData()
    withField.append('note', 'no file')
    const post = '/api/common/upload'
    fails(await ana.rest.callWithForm(post, withField), 400, 'INVALID_INPUT')
    fails(await ana.rest.post(post, { file: 'x' }), 400, 'INVALID_INPUT')
    fails(await ana.rest.post(post), 400, 'INVALID_INPUT')
    fails(await ana.upload(new Uint8Array(200_001), 'large.bin', 'image/png'), 413, 'FILE_TOO_LARGE')
    fails(
      await ana.upload(new TextEncoder().encode('%PDF-1.4\n%EOF'), 'a.pdf', 'application/pdf'),
      415,
      'FILE_TYPE_REFUSED',
    )
    const begin = { Authorization: `Bearer ${ana.signedIn.accessToken}`, 'Upload-Length': '5' }
    const begun = await fetch(on.server().url + post, { method: 'POST', headers: begin })
    const refused = (await begun.json()) as Fields
    fails({ status: begun.status, body: refused }, 400, 'INVALID_INPUT')
    expect(refused.message).toBe('The body must be a form with one file.')
    const stranger = await fetch(on.server().url + post, { method: 'POST', body: withField })
    fails({ status: stranger.status, body: (await stranger.json()) as Fields }, 401, 'AUTH_ERROR')
  })
})

describe('document 003: offers', () => {
  test('an offer is sent in the form of the document, and each change of it as offer_updated; lists and histories show it too', async () => {
    const ana = await come()
    const bo = await native(ana.id)
    const conversationId = bo.name
    const content = { text: 'Two days', offerAmount: 149.5, offerDetails: { days: 2, work: 'roof' } }
    const argument = { conversationId, receiverId: bo.id, messageType: 'offer', content }
    const offer = { ...content, offerCurrency: 'USD', offerStatus: 'open' }
    const first = await ana.ask('send_message', argument)
    expect(first).toMatchObject({ messageType: 'offer', content: offer })
    expect((await ana.inbox.next('new_message')).content).toEqual(offer)
    const { messages = [] } = await bo.heard('message.created')
    expect(messages[0]?.body).toMatchObject({
      offer: { amount: 14_950, currency: 'USD', details: content.offerDetails },
    })

    const counterId = newId()
    const counter = { amount: 20_000, currency: 'JPY', answers: String(first._id) }
    await bo.ask('message.send', {
      conversationId: bo.conversationId,
      id: counterId,
      body: { kind: 'plain', text: '', offer: counter },
    })
    const update = { conversationId, senderId: ana.id, offerAmount: 149.5, offerCurrency: 'USD', expiresAt: null }
    expect(await ana.inbox.next('offer_updated')).toEqual({
      ...update,
      messageId: first._id,
      status: 'countered',
      counterId,
      updatedBy: bo.id,
      timestamp: date,
    })
    const answer = { offerAmount: 20_000, offerCurrency: 'JPY', offerStatus: 'open' }
    expect((await ana.inbox.next('new_message', { _id: counterId })).content).toEqual(answer)
    expect(await lastOf(ana)).toMatchObject({ text: 'Offer' })

    await bo.ask('offer.decide', { messageId: counterId, decision: 'withdraw' })
    expect(await ana.inbox.next('offer_updated')).toMatchObject({ messageId: counterId, status: 'withdrawn' })
    for (const decision of ['accept', 'decline'] as const) {
      const { _id } = await ana.ask('send_message', { ...argument, content: { offerAmount: 10 } })
      await bo.ask('offer.decide', { messageId: String(_id), decision })
      const status = { accept: 'accepted', decline: 'declined' }[decision]
      expect(await ana.inbox.next('offer_updated', { messageId: _id })).toMatchObject({ status, updatedBy: bo.id })
    }
    const clock = stopClock()
    onTestFinished(clock.release)
    const expiresAt = Date.now() + 5_000
    const body = { kind: 'plain', text: 'Now', offer: { amount: 1, currency: 'KWD', expiresAt } } as const
    await bo.ask('message.send', { conversationId: bo.conversationId, id: newId(), body })
    const statuses = async () => (await historyOf(ana, conversationId)).map((message) => contentOf(message).offerStatus)
    expect((await statuses())[0]).toBe('open')
    await clock.pass(5_000)
    expect(await statuses()).toEqual(['expired', 'declined', 'accepted', 'withdrawn', 'countered'])
    expect(contentOf((await historyOf(ana, conversationId))[0] as Fields)).toMatchObject({
      offerAmount: 0.001,
      offerExpiresAt: date,
    })
    await ana.heardAll()
    expect(ana.inbox.all('offer_updated')).toHaveLength(4)
  })

  test('the state of an offer is in missed messages, in edits, and in the answer to a decision that is too late', async () => {
    const clock = stopClock()
    onTestFinished(clock.release)
    const signedIn = await on.signUp()
    const bo = await native(signedIn.user.id)
    const offer = async (terms = {}) => {
      const body = { kind: 'plain', text: 'Now', offer: { amount: 100, currency: 'EUR', ...terms } } as const
      return (await bo.ask('message.send', { conversationId: bo.conversationId, id: newId(), body })).message.id
    }
    const late = await offer({ expiresAt: Date.now() + 5_000 })
    const withdrawn = await offer()
    await bo.ask('offer.decide', { messageId: withdrawn, decision: 'withdraw' })
    await clock.pass(5_000)
    const ana = await arrive(signedIn)
    const states = [
      [late, 'expired'],
      [withdrawn, 'withdrawn'],
    ] as const
    for (const [_id, offerStatus] of states) {
      expect((await ana.inbox.next('new_message', { _id })).content).toMatchObject({ offerStatus })
    }
    const decision = { decision: 'accept' }
    for (const [id, status] of states) {
      const answer = await ana.rest.call('PUT', `/api/v1/messages/${id}/offer/decision`, decision)
      const message = `This offer is not open any more: it is ${status}.`
      expect(answer).toMatchObject({ status: 409, body: { ok: false, error: { code: 'offer_closed', message } } })
    }
    for (const [messageId, offerStatus] of states) {
      await bo.ask('message.edit', { messageId, body: { kind: 'plain', text: 'Today' } })
      const { content } = await ana.inbox.next('message_updated', { _id: messageId })
      expect(content).toMatchObject({ text: 'Today', offerStatus })
    }
    await ana.heardAll()
    expect(ana.inbox.all('offer_updated')).toEqual([])
  })

  test('a named currency is used; an invalid amount is refused', async () => {
    const { ana, bo, conversationId } = await pair()
    const send = (content: object) => ana.ask('send_message', { conversationId, messageType: 'offer', content })
    expect(await send({ offerAmount: 0.3, offerCurrency: 'EUR' })).toMatchObject({ content: { offerCurrency: 'EUR' } })
    const details = { currency: 'JPY', note: 'in yen' }
    expect(await send({ offerAmount: 5_000, offerDetails: details })).toMatchObject({
      content: { offerAmount: 5_000, offerCurrency: 'JPY', offerDetails: details },
    })
    const bad: object[] = [
      ...[0.005, -1, 1e15, 1e300, '5', null, [5], {}, true].map((offerAmount) => ({ offerAmount })),
      ...['eur', 'XXX', 7, {}].map((offerCurrency) => ({ offerAmount: 5, offerCurrency })),
      ...[7, 'x', [], { currency: 'euro' }, { note: 'x'.repeat(5_000) }, JSON.parse('{"__proto__":{"a":1}}')].map(
        (offerDetails) => ({ offerAmount: 5, offerDetails }),
      ),
      { text: 'an offer without an amount' },
      { text: 'details alone', offerDetails: { days: 2 } },
    ]
    for (const content of bad) {
      expect([content, await send(content)]).toMatchObject([{}, { status: 'error', error: { code: 'INVALID_INPUT' } }])
    }
    for (const [content, message] of [
      [{ offerAmount: -1 }, /^content\.offerAmount: /],
      [{ offerAmount: 5, offerDetails: { note: 'x'.repeat(5_000) } }, /^content\.offerDetails: /],
      [{ offerAmount: 5, text: 'x'.repeat(5_000) }, /^content\.text: /],
    ] as const) {
      expect(await send(content)).toMatchObject({ error: { message: expect.stringMatching(message) } })
    }
    await bo.heardAll()
    expect(bo.inbox.all('new_message')).toHaveLength(2)
  })
})

test('document 003: the page of metrics has the five figures of its monitoring', async () => {
  const figures = async () => {
    const page = await (await fetch(`${on.server().url}/metrics`)).text()
    const sum = (name: string) =>
      [...page.matchAll(new RegExp(`^parley_${name}({.*})? (\\S+)$`, 'gm'))].reduce(
        (all, one) => all + Number(one[2]),
        0,
      )
    return {
      connections: sum('connections'),
      messages: sum('sends_total'),
      deliveries: sum('send_to_delivery_seconds_count'),
      failures: sum('send_failures_total'),
      connectionErrors: sum('handshake_refusals_total'),
    }
  }
  const { ana, bo, conversationId } = await pair()
  const before = await figures()
  ana.sendMessage(conversationId, bo.id, 'Hello')
  await bo.inbox.next('new_message')
  const content = { fileUrl: await uploaded(ana) }
  for (let turn = 0; turn < 2; turn += 1) {
    await ana.ask('send_message', { conversationId, messageType: 'image', content })
  }
  const late = await arrive(await on.signUp(), {})
  late.socket.emit('authenticate', { token: 'test_token' })
  await late.inbox.next('disconnect')
  const after = await figures()
  expect(after).toMatchObject({
    connections: before.connections,
    messages: before.messages + 2,
    deliveries: before.deliveries + 2,
    failures: before.failures + 1,
    connectionErrors: before.connectionErrors + 1,
  })
  expect(after.connections).toBeGreaterThanOrEqual(2)
})
