import { expect, onTestFinished, test } from 'vitest'
import type { Chat } from '../chat.ts'
import { createChatOver } from '../chat-client.ts'
import { type OpenLine, openLine } from '../connection/socket-line.ts'
import { type Environment, systemEnvironment } from '../environment.ts'
import { seen, testServer, wireTo } from '../testing/test-chat.ts'

/** A chat over a real connection, and the names of the operations that it asks for. */
function watchedChat(
  url: string,
  auth: () => Promise<string>,
  environment: Partial<Environment> = {},
): { chat: Chat; asked: string[] } {
  const asked: string[] = []
  const open: OpenLine = async (options, hear, ending) => {
    const line = await openLine(options, hear, ending)
    const call: typeof line.call = (name, input, signal) => {
      asked.push(name)
      return line.call(name, input, signal)
    }
    return { ...line, call }
  }
  const chat = createChatOver(open, { url, auth }, { random: () => 0.05, ...environment })
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

test('an address that was asked for just before another person appeared is answered, too', async () => {
  const server = await testServer()
  const wire = await wireTo(server)
  const [ana, bob] = [await server.register('ana'), await server.register('bob')]
  const waiting: (() => void)[] = []
  const { clock } = systemEnvironment
  const after: typeof clock.after = (ms, run) => {
    if (ms > 0) return clock.after(ms, run)
    waiting.push(run)
    return () => {}
  }
  let who = ana
  const { chat } = watchedChat(wire.url, async () => who.accessToken, { clock: { ...clock, after } })
  await chat.connect()
  const { id } = await chat.attachments.upload(new Blob(['for Ana'])).settled
  const before = chat.attachments.url(id).catch(({ code }) => code)
  await expect.poll(() => waiting.length).toBe(1)
  who = bob
  wire.cut()
  await seen(chat, 'the other person', ({ status, me }) => status === 'online' && me?.id === bob.user.id)
  const now = chat.attachments.url(id).catch(({ code }) => code)
  for (const run of waiting) run()
  expect(await now).toBe('not_found')
  const later = new Promise((resolve) => setImmediate(resolve, 'not yet'))
  expect(await Promise.race([before, later])).toBe('not_found')
})
