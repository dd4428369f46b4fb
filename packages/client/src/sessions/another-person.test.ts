import { expect, onTestFinished, test } from 'vitest'
import type { Chat } from '../chat.ts'
import { createChatOver } from '../chat-client.ts'
import { type OpenLine, openLine } from '../connection/socket-line.ts'
import { seen, testServer, wireTo } from '../testing/test-chat.ts'

/** A chat over a real connection, and the names of the operations that it asks for. */
function watchedChat(url: string, auth: () => Promise<string>): { chat: Chat; asked: string[] } {
  const asked: string[] = []
  const open: OpenLine = async (options, hear, ending) => {
    const line = await openLine(options, hear, ending)
    const call: typeof line.call = (name, input, signal) => {
      asked.push(name)
      return line.call(name, input, signal)
    }
    return { ...line, call }
  }
  const chat = createChatOver(open, { url, auth }, { random: () => 0.05 })
  onTestFinished(() => chat.close())
  return { chat, asked }
}

test('another person does not appear as the one before wished', async () => {
  const server = await testServer()
  const wire = await wireTo(server)
  const [ana, bob] = [await server.register('ana'), await server.register('bob')]
  let who = ana
  const { chat, asked } = watchedChat(wire.url, async () => who.accessToken)
  await chat.connect()
  await chat.presence.set('busy')
  asked.length = 0
  who = bob
  wire.cut()
  await seen(chat, 'the other person', ({ status, me }) => status === 'online' && me?.id === bob.user.id)
  expect((await chat.users.me()).id).toBe(bob.user.id)
  expect(asked).toContain('sync.run')
  expect(asked).not.toContain('presence.set')
})

test('another person gets no address of a file that was signed for the one before', async () => {
  const server = await testServer()
  const wire = await wireTo(server)
  const [ana, bob] = [await server.register('ana'), await server.register('bob')]
  let who = ana
  const { chat } = watchedChat(wire.url, async () => who.accessToken)
  await chat.connect()
  const { id } = await chat.attachments.upload(new Blob(['for Ana'])).settled
  expect(await chat.attachments.url(id)).toContain(id)
  who = bob
  wire.cut()
  await seen(chat, 'the other person', ({ status, me }) => status === 'online' && me?.id === bob.user.id)
  await expect(chat.attachments.url(id)).rejects.toMatchObject({ code: 'not_found' })
})
