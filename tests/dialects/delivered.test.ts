import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { limits, type SignedIn } from '@parley/protocol'
import { arrive, enter, newId, openRoom, type Person, say } from '@parley/server/testing/people'
import { describe, expect, test } from 'vitest'
import { conversationStage } from './conversation-stage.ts'
import { pernClients } from './pern-client.ts'
import { Rest } from './rest.ts'
import { stage } from './stage.ts'

const on = stage()
const conversations = conversationStage(on)
const pern = pernClients(on)

/** Makes a room of Ana, who is connected, and Bo, who has gone. */
const roomOfTwo = async () => {
  const ana = await arrive(on.server())
  const signedIn = await on.signUp()
  const bo = await enter(on.server(), signedIn)
  const roomId = await openRoom(ana, [bo])
  bo.close()
  return { ana, bo: signedIn, roomId, rest: new Rest(on.server().url, signedIn.accessToken) }
}

const sayAll = async (ana: Person, roomId: string, texts: readonly string[]) => {
  for (const text of texts) await say(ana, roomId, text)
}

/** Bo's delivered position, once what was reported before is stored. The report itself moves nothing. */
const position = async (rest: Rest, roomId: string) => {
  const { body } = await rest.post(`/api/v1/conversations/${roomId}/delivered`, { seq: 0 })
  return (body.data as { receipt: { deliveredSeq: number } }).receipt.deliveredSeq
}

/** The first page of history in each vocabulary, and the messages that a client hears when it connects. */
const vocabularies = [
  {
    name: '000',
    page: (roomId: string, limit: number) => `/chat/rooms/${roomId}/messages?limit=${limit}`,
    heardBy: async (bo: SignedIn, last: string) => {
      const client = await on.arrive('000', bo)
      await client.inbox.next('message:new', { content: last })
      await client.heardAll()
      return client.inbox.all('message:new').map(({ content }) => content)
    },
  },
  {
    name: '003',
    page: (roomId: string, limit: number) => `/api/chat/conversations/${roomId}/messages?page=1&limit=${limit}`,
    heardBy: async (bo: SignedIn, last: string) => {
      const client = await conversations.arrive(bo)
      const texts = () => client.inbox.all('new_message').map(({ content }) => Object(content).text)
      while (!texts().includes(last)) await client.inbox.next('new_message')
      await client.heardAll()
      return texts()
    },
  },
  {
    name: '004',
    page: (roomId: string, limit: number) => `/api/messages/${roomId}?limit=${limit}`,
    heardBy: async (bo: SignedIn, last: string) => {
      const client = await pern.arrive(bo)
      await client.inbox.next('chat:message_received', { content_encrypted: last })
      await client.heardAll()
      return client.inbox.all('chat:message_received').map(({ content_encrypted }) => content_encrypted)
    },
  },
]

describe.each(vocabularies)('a page of history for a client of $name', ({ page, heardBy }) => {
  test('is no receipt of messages before it, which come when the client connects', async () => {
    const { ana, bo, roomId, rest } = await roomOfTwo()
    const texts = ['one', 'two', 'three', 'four', 'five']
    await sayAll(ana, roomId, texts)
    expect((await rest.get(page(roomId, 1))).status).toBe(200)
    expect(await position(rest, roomId)).toBe(0)
    expect(await heardBy(bo, 'five')).toEqual(texts)
    await expect.poll(() => position(rest, roomId)).toBe(5)
  })

  test('is the receipt of its messages if none is missing before them', async () => {
    const { ana, roomId, rest } = await roomOfTwo()
    await sayAll(ana, roomId, ['one', 'two', 'three'])
    await rest.get(page(roomId, 3))
    expect(await position(rest, roomId)).toBe(3)
    await sayAll(ana, roomId, ['four', 'five', 'six'])
    await rest.get(page(roomId, 2))
    expect(await position(rest, roomId)).toBe(3)
    await rest.get(page(roomId, 3))
    expect(await position(rest, roomId)).toBe(6)
  })

  test('is complete for a member who joined after the messages before it', async () => {
    const ana = await arrive(on.server())
    const roomId = await openRoom(ana, [])
    await sayAll(ana, roomId, ['before', 'before, too'])
    const bo = await on.signUp()
    await ana.ask('membership.add', { conversationId: roomId, userIds: [bo.user.id] })
    const rest = new Rest(on.server().url, bo.accessToken)
    await sayAll(ana, roomId, ['one', 'two'])
    await rest.get(page(roomId, 2))
    expect(await position(rest, roomId)).toBe(4)
  })
})

test('a sender hears that messages are delivered only of those that were brought, not of those before them', async () => {
  const { ana, bo, roomId, rest } = await roomOfTwo()
  const busy = await openRoom(ana, [])
  await ana.ask('membership.add', { conversationId: busy, userIds: [bo.user.id] })
  const phone = await conversations.arrive(ana.signedIn)
  const ids: string[] = []
  for (let number = 0; number < 30; number += 1) ids.push((await say(ana, roomId, `${number}`)).id)
  for (let hundred = 0; hundred < 9; hundred += 1) {
    await Promise.all(Array.from({ length: 110 }, () => say(ana, busy)))
  }
  const back = await on.arrive('000', bo)
  await back.inbox.next('message:new', { id: ids.at(-1) })
  await phone.inbox.next('message_delivered', { messageId: ids.at(-1) })
  const announced = new Set(phone.inbox.all('message_delivered').map(({ messageId }) => messageId))
  expect(ids.filter((id) => announced.has(id))).toEqual(ids.slice(-10))
  // Positions have no gaps.
  expect(await position(rest, roomId)).toBe(30)
})

test('messages of a page are delivered once the answer is written, not while it waits for the client', async () => {
  const { ana, bo, roomId, rest } = await roomOfTwo()
  // More than the system keeps for a client that does not read.
  const ciphertext = '€'.repeat(2 * limits.textBytes)
  for (let number = 0; number < limits.page; number += 1) {
    await ana.ask('message.send', { conversationId: roomId, id: newId(), body: { kind: 'sealed', ciphertext } })
  }
  const headers = { Authorization: `Bearer ${bo.accessToken}` }
  const request = get(`${on.server().url}/api/messages/${roomId}?limit=${limits.page}`, { headers })
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  expect(answer.statusCode).toBe(200)
  expect(await position(rest, roomId)).toBe(0)
  answer.resume()
  await once(answer, 'end')
  await expect.poll(() => position(rest, roomId)).toBe(limits.page)
})
