import { enter, newId, type Person } from '@parley/server/testing/people'
import { sendFiles, upload } from '@parley/server/testing/uploads'
import { describe, expect, test } from 'vitest'
import type { Fields } from './inbox.ts'
import { type PernClient, pernClients } from './pern-client.ts'
import { stage } from './stage.ts'

const on = stage()
const { arrive, come } = pernClients(on)
const id = expect.stringMatching(/^[0-9a-f-]{36}$/)

const bytesOf = (path: unknown, token?: string) =>
  fetch(on.server().url + path, token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } })

const attachmentsOf = (message: Fields) => message.attachments as Fields[]

/** A recording of nothing. */
const recording = Buffer.concat([
  Buffer.from('RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0', 'latin1'),
  Buffer.alloc(40),
])

/** Somebody at a client of Parley's own, in a group with people who are not. */
async function nativeWith(...others: PernClient[]) {
  const signedIn = await on.signUp()
  const native = await enter(on.server(), signedIn)
  const asMember = await arrive(signedIn)
  const group = await asMember.openGroup('Team', ...others)
  return { native, group, asMember }
}

/** One pixel. */
const photo = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

describe('files that native clients send', () => {
  test('arrive with their type, name, size and an address that works for members only', async () => {
    const [boSigned, eveSigned] = [await on.signUp(), await on.signUp()]
    const [bo, eve] = [await arrive(boSigned), await arrive(eveSigned)]
    const { native, group, asMember } = await nativeWith(bo)
    const image = await upload(on.server(), native, photo, { kind: 'image', name: 'beach.png' })
    const sent = await sendFiles(native, group, [image.id], 'Look')
    const heard = await bo.inbox.next('chat:message_received')
    expect(heard).toMatchObject({
      id: sent.id,
      message_type: 'image',
      content_encrypted: 'Look',
      encrypted: false,
      offer: null,
      attachments: [
        {
          id: image.id,
          kind: 'image',
          name: 'beach.png',
          mime_type: 'image/png',
          size: image.size,
          width: 1,
          height: 1,
          duration_ms: null,
          url: `/api/v1/files/${image.id}/original`,
          thumbnail_url: `/api/v1/files/${image.id}/thumbnail`,
        },
      ],
    })
    const { url, thumbnail_url } = attachmentsOf(heard)[0] as Fields
    for (const path of [url, thumbnail_url]) {
      expect((await bytesOf(path, boSigned.accessToken)).headers.get('content-type')).toMatch(/^image\//)
      expect([(await bytesOf(path, eveSigned.accessToken)).status, (await bytesOf(path)).status]).toEqual([404, 401])
    }

    // A page shows images by addresses that need no token, for some minutes, and only while the person is in: whatever it
    // asks for has such addresses. An event is the same for all who hear it.
    const [listed] = (await bo.data(bo.rest.get('/api/conversations'))) as unknown as { last_message: Fields }[]
    for (const message of [...(await bo.history(group)), listed?.last_message ?? {}]) {
      const [attachment = {}] = attachmentsOf(message)
      for (const path of [attachment.url, attachment.thumbnail_url]) {
        expect(new URL(String(path), on.server().url).searchParams.get('user')).toBe(bo.id)
        expect((await bytesOf(path)).headers.get('content-type')).toMatch(/^image\//)
      }
    }
    const signed = await bo.data(bo.rest.get(`/api/messages/${sent.id}/attachments`))
    expect(signed).toMatchObject([{ id: image.id, name: 'beach.png', url_expires_at: expect.stringMatching(/Z$/) }])
    const address = (signed as unknown as Fields[])[0]?.url
    expect(Buffer.from(await (await bytesOf(address)).arrayBuffer()).length).toBe(image.size)
    expect((await eve.rest.get(`/api/messages/${sent.id}/attachments`)).status).toBe(404)
    await asMember.rest.call('DELETE', `/api/conversations/${group}/participants/${bo.id}`)
    expect((await bytesOf(address)).status).not.toBe(200)
    expect((await bytesOf(url, boSigned.accessToken)).status).toBe(404)
    expect(eve.inbox.all('chat:message_received')).toEqual([])
  })

  test('are described in one line if there is no text, in events, lists, histories and missed messages', async () => {
    const boSigned = await on.signUp()
    const bo = { id: boSigned.user.id } as PernClient
    const { native, group } = await nativeWith(bo)
    const of = async (name: string) => (await upload(on.server(), native, Buffer.from(name), { name })).id
    const voice = { kind: 'voice', name: 'v.wav', durationMs: 4_200 } as const
    await sendFiles(native, group, [(await upload(on.server(), native, recording, voice)).id])
    await sendFiles(native, group, [await of('plan.txt')])
    await sendFiles(native, group, [await of('a.txt'), await of('b.txt')])
    const offer = { amount: 1250, currency: 'EUR', details: { days: 3 } }
    await native.ask('message.send', { conversationId: group, id: newId(), body: { kind: 'plain', text: '', offer } })
    const lines = [
      {
        message_type: 'voice',
        content_encrypted: 'Voice message',
        attachments: [{ kind: 'voice', name: 'v.wav', mime_type: 'audio/wav', duration_ms: 4_200 }],
      },
      { message_type: 'file', content_encrypted: 'File: plan.txt', attachments: [{ name: 'plan.txt', kind: 'file' }] },
      { message_type: 'file', content_encrypted: '2 files', attachments: [{ name: 'a.txt' }, { name: 'b.txt' }] },
      {
        message_type: 'text',
        content_encrypted: 'Offer: 12.50 EUR',
        attachments: [],
        offer: { ...offer, expires_at: null, status: 'open' },
      },
    ]
    const back = await arrive(boSigned)
    for (const line of lines) {
      const { content_encrypted } = line
      expect(await back.inbox.next('chat:message_received', { content_encrypted })).toMatchObject(line)
    }
    expect(await back.history(group)).toMatchObject([...lines].reverse())
    expect(await back.data(back.rest.get('/api/conversations'))).toMatchObject([{ last_message: lines.at(-1) }])
    const [latest] = await back.history(group, '?limit=1')
    await native.ask('offer.decide', { messageId: String(latest?.id), decision: 'withdraw' })
    const withdrawn = { content_encrypted: 'Offer: 12.50 EUR (withdrawn)', offer: { ...offer, status: 'withdrawn' } }
    expect(await back.history(group, '?limit=1')).toMatchObject([withdrawn])
    expect(await back.inbox.next('chat:message_edited', { id: latest?.id })).toMatchObject(withdrawn)
  })
})

describe('files that these clients send', () => {
  /** As a page does it: a form with one file. */
  const uploadForm = async (token: string, name: string, type: string, bytes: Uint8Array) => {
    const form = new FormData()
    form.append('file', new Blob([bytes as BlobPart], { type }), name)
    const headers = { Authorization: `Bearer ${token}` }
    const answer = await fetch(`${on.server().url}/api/v1/uploads`, { method: 'POST', headers, body: form })
    return String(((await answer.json()) as { data: { attachment: Fields } }).data.attachment.id)
  }

  test('are sent with a message in an event or a request, with or without a caption', async () => {
    const [boSigned, cleoSigned] = [await on.signUp(), await on.signUp()]
    const [bo, cleo] = [await arrive(boSigned), await arrive(cleoSigned)]
    const { native, group } = await nativeWith(bo, cleo)
    const files = async (count: number) =>
      Promise.all(
        Array.from({ length: count }, (_, at) => uploadForm(boSigned.accessToken, `${at}.png`, 'image/png', photo)),
      )
    const attachmentIds = await files(2)
    const plain = { encrypted: false, messageType: 'image' }
    const answer = await bo.ask('chat:message_send', { conversationId: group, attachmentIds, ...plain })
    const expected = { id, message_type: 'image', content_encrypted: '2 photos', encrypted: false }
    const attachments = attachmentIds.map((one) => ({ id: one, name: expect.any(String), mime_type: 'image/png' }))
    expect(answer).toMatchObject({ success: true, data: { ...expected, attachments } })
    expect(await cleo.inbox.next('chat:message_received')).toMatchObject({ ...expected, attachments })
    await native.heard('message.created', ({ messages }) => {
      const body = messages?.[0]?.body
      return body?.kind === 'plain' && body.text === '' && body.attachments?.join() === attachmentIds.join()
    })

    const [other = ''] = await files(1)
    const draft = { conversation_id: group, content_encrypted: 'A caption', encrypted: false, attachment_ids: [other] }
    const sent = await bo.data(bo.rest.post('/api/messages', draft))
    expect(sent).toMatchObject({ content_encrypted: 'A caption', message_type: 'image', attachments: [{ id: other }] })
    // An edit that says nothing of the files keeps them; what is beside a text cannot become secret.
    const path = `/api/messages/${sent.id}`
    const edit = { content_encrypted: 'Another one', encrypted: false }
    expect(await bo.data(bo.rest.call('PATCH', path, edit))).toMatchObject({ ...edit, attachments: [{ id: other }] })
    expect(await cleo.inbox.next('chat:message_edited')).toMatchObject({ ...edit, attachments: [{ id: other }] })
    expect((await bo.rest.call('PATCH', path, { content_encrypted: 'c2VjcmV0' })).status).toBe(403)
    await bo.rest.call('DELETE', path)
    expect((await bytesOf(`/api/v1/files/${other}/original`, cleoSigned.accessToken)).status).toBe(404)
  })

  test('must be complete, of the sender and in no other message, and never count as encrypted', async () => {
    const [boSigned, cleo] = [await on.signUp(), await come()]
    const bo = await arrive(boSigned)
    const conversationId = await bo.openDirect(cleo)
    const stranger: Person = await enter(on.server(), await on.signUp())
    const theirs = await upload(on.server(), stranger, Buffer.from('x'))
    const own = await uploadForm(boSigned.accessToken, 'a.txt', 'text/plain', Buffer.from('a'))
    const send = (attachmentIds: unknown, more = {}) =>
      bo.ask('chat:message_send', { conversationId, contentEncrypted: '', encrypted: false, attachmentIds, ...more })
    for (const bad of [[], 'a', {}, [7], ['x'], [own, own], Array.from({ length: 21 }, () => newId())]) {
      expect(await send(bad)).toMatchObject({
        success: false,
        error: { name: 'ValidationError', message: expect.stringMatching(/attachment_ids/) },
      })
    }
    expect(await send([own], { encrypted: true })).toMatchObject({ error: { name: 'ValidationError' } })
    expect(await send([own], { encrypted: undefined })).toMatchObject({ error: { name: 'ValidationError' } })
    expect(await send([own], { contentEncrypted: 7 })).toMatchObject({ error: { name: 'ValidationError' } })
    for (const unusable of [[theirs.id], [newId()], [own, theirs.id]]) {
      expect(await send(unusable)).toMatchObject({ success: false, error: { name: 'ConflictError' } })
    }
    expect(await send([own], { messageType: 'voice' })).toMatchObject({ success: true })
    expect(await send([own])).toMatchObject({ success: false, error: { name: 'ConflictError' } })
    await cleo.inbox.next('chat:message_received', { message_type: 'file', content_encrypted: 'File: a.txt' })
    await cleo.heardAll()
    expect(cleo.inbox.all('chat:message_received')).toHaveLength(1)
  })
})
