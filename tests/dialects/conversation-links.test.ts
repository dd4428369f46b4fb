import { enter, newId } from '@parley/server/testing/people'
import { expect, test } from 'vitest'
import { conversationStage } from './conversation-stage.ts'
import type { Fields } from './inbox.ts'
import { stage } from './stage.ts'

const on = stage({ fileLinks: 'on' })
const { arrive, come, pair } = conversationStage(on)

const address = 'https://files.example/Pläne/roof%20plan.pdf?v=2#page=3'

test('document 003: a file on another server is sent by its https address, if the operator allows it', async () => {
  const { ana, bo, conversationId } = await pair()
  const cleo = await enter(on.server(), bo.signedIn)
  const cases: [content: object, messageType: string, asText: string, preview: string][] = [
    [{ fileUrl: address }, 'image', address, 'File'],
    [{ fileUrl: address, fileName: 'roof plan.pdf' }, 'file', `roof plan.pdf ${address}`, 'File'],
    [{ text: 'See\nhere', fileUrl: address, fileName: 'a' }, 'file', `See\nhere\na ${address}`, 'See\nhere'],
    [{ text: address, fileUrl: 'https://files.example' }, 'image', `${address}\nhttps://files.example`, address],
  ]
  for (const [content, messageType, text, preview] of cases) {
    // How large it is nobody has looked.
    const sent = await ana.ask('send_message', { conversationId, messageType, content: { ...content, fileSize: 7 } })
    expect(sent).toMatchObject({ messageType, content })
    expect(sent.content).toEqual(content)
    const heard = await bo.inbox.next('new_message', { _id: sent._id })
    expect([heard.messageType, heard.content]).toEqual([messageType, content])
    const { message } = await cleo.ask('message.get', { messageId: String(sent._id) })
    expect(message.body).toEqual({ kind: 'plain', text })
    const listed = (await bo.rest.get('/api/chat/conversations')).body.data as Fields[]
    expect(listed[0]?.lastMessage).toMatchObject({ text: preview })
  }
  const path = `/api/chat/conversations/${conversationId}/messages`
  const { messages } = (await bo.rest.get(path)).body.data as { messages: Fields[] }
  expect(messages.map(({ content }) => content).reverse()).toEqual(cases.map(([content]) => content))
  // What somebody missed, and what was edited since.
  const { user } = await on.signUp()
  const back = await ana.ask('send_message', {
    receiverId: user.id,
    messageType: 'file',
    content: { fileUrl: address },
  })
  const body = { kind: 'plain', text: 'It is gone.' }
  await ana.rest.call('PATCH', `/api/v1/messages/${back._id}`, { body })
  expect((await ana.inbox.next('message_updated', { _id: back._id })).content).toEqual({ text: 'It is gone.' })
})

test('document 003: an invalid address is refused, and an address in a text stays text', async () => {
  const [ana, signedIn] = [await come(), await on.signUp()]
  const send = (content: object) =>
    ana.ask('send_message', { receiverId: signedIn.user.id, messageType: 'file', content })
  const bad = [
    'http://files.example/a.png',
    'HTTPS://files.example/a.png',
    'https:/files.example/a.png',
    'https://',
    'https://ana@files.example/a.png',
    'https://ana:secret@files.example/a.png',
    'https://files.example\\@elsewhere.example/a.png',
    'https://files.example/a b.png',
    'https://files.example/a\nb.png',
    'https://files.example/\u202egnp.exe',
    'https://files.example/"><script>',
    'https://files.example:99999/',
    `https://files.example/${'x'.repeat(2_048)}`,
    'javascript:alert(1)//https://files.example',
    '//files.example/a.png',
    ' https://files.example/a.png',
    'https://files.example/api/v1/files/01970000-0000-7000-8000-0000000000aa/original',
  ]
  for (const fileUrl of bad) {
    expect([fileUrl, await send({ fileUrl })]).toMatchObject([fileUrl, { error: { code: 'INVALID_INPUT' } }])
  }
  for (const fileName of ['two\nlines', 'a\u2028b', ' a', 'x'.repeat(256), '\u202ea', 7]) {
    expect(await send({ fileUrl: address, fileName })).toMatchObject({ error: { code: 'INVALID_INPUT' } })
  }
  for (const content of [{ offerAmount: 5 }, { text: 'x'.repeat(3_990) }]) {
    expect(await send({ fileUrl: address, ...content })).toMatchObject({ error: { code: 'INVALID_INPUT' } })
  }
  expect((await ana.rest.get('/api/chat/conversations')).body.data).toEqual([])
  const bo = await arrive(signedIn)
  const text = `Look\nplan.pdf ${address}`
  await ana.ask('send_message', { receiverId: bo.id, messageType: 'text', content: { text } })
  expect((await bo.inbox.next('new_message')).content).toEqual({ text })
  const other = `Look\nplan.pdf ${address.replace('//', '//ana@')}`
  const { conversation } = (
    (await bo.rest.get(`/api/v1/conversations/direct/${ana.id}`)).body.data as { summary: { conversation: Fields } }
  ).summary
  const message = { id: newId(), type: 'file', body: { kind: 'plain', text: other } }
  await bo.rest.post(`/api/v1/conversations/${conversation.id}/messages`, message)
  expect((await ana.inbox.next('new_message', { _id: message.id })).content).toEqual({ text: other })
})

test('document 003: a form that names another user as its author is refused, in any of its fields', async () => {
  const [ana, bo] = [await come(), await come()]
  const send = (fields: readonly (readonly [string, string])[], isFirst: boolean) => {
    const form = new FormData()
    const addFields = () => fields.forEach(([name, value]) => void form.append(name, value))
    if (isFirst) addFields()
    form.append('file', new Blob(['notes'], { type: 'text/plain' }), 'notes.txt')
    if (!isFirst) addFields()
    return ana.rest.callWithForm('/api/common/upload', form)
  }
  const others = Array.from({ length: 20 }, (_, at) => [`note${at}`, 'x'] as const)
  for (const field of ['userId', 'senderId', 'sender_id', 'sender']) {
    const [mine, theirs] = [[field, ana.id] as const, [field, bo.id] as const]
    for (const isFirst of [true, false]) {
      for (const fields of [[theirs], [theirs, mine], [mine, theirs], [[field, ''] as const]]) {
        const body = { status: 403, code: 'FORBIDDEN', message: `${field} names somebody else.`, data: null }
        expect(await send(fields, isFirst)).toMatchObject({ status: 403, body })
      }
    }
  }
  for (const isFirst of [true, false]) {
    expect((await send([...others, ['userId', bo.id]], isFirst)).status).toBe(400)
    expect((await send([['userId', ana.id]], isFirst)).status).toBe(200)
  }
  // Our own upload endpoint ignores the fields that other vocabularies write into a form.
  const own = new FormData()
  own.append('sender', bo.id)
  own.append('file', new Blob(['notes']), 'notes.txt')
  expect((await ana.rest.callWithForm('/api/v1/uploads', own)).status).toBe(201)
})
