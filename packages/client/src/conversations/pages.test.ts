import { expect, test } from 'vitest'
import { chatOf, connectedChat, testServer } from '../testing/test-chat.ts'

test('D6: the SDK brings lists page by page, and all of one’s sessions', async () => {
  const server = await testServer()
  const ana = await connectedChat(server, 'ana')
  const names = ['Garden 1', 'Garden 2', 'Garden 3']
  for (const name of names) await ana.conversations.create({ name, visibility: 'public' })

  const first = await ana.conversations.page({ limit: 2 })
  const second = await ana.conversations.page({ limit: 2, after: first.next })
  const conversations = [...first.conversations, ...second.conversations]
  expect(conversations.map(({ name }) => name)).toEqual(names.toReversed())
  expect(second.next).toBeUndefined()

  const rooms = await ana.conversations.discoverPage({ query: 'garden', limit: 2 })
  const others = await ana.conversations.discoverPage({ query: 'garden', limit: 2, after: rooms.next })
  expect([...rooms.rooms, ...others.rooms].map(({ conversation }) => conversation.name)).toEqual(names.toReversed())
  expect(others.next).toBeUndefined()

  for (const name of ['kim1', 'kim2', 'kim3']) await server.register(name)
  const people = await ana.users.searchPage('kim', { limit: 2 })
  const last = await ana.users.searchPage('kim', { limit: 2, after: people.next })
  expect([...people.users, ...last.users].map(({ username }) => username)).toEqual(['kim1', 'kim2', 'kim3'])
})

test('D6: the SDK reads all pages of one’s sessions', async () => {
  const server = await testServer()
  const chat = chatOf(server.url, await server.register('ana'))
  await chat.connect()
  const body = { username: 'ana', password: 'password of ana' }
  for (let i = 0; i < 110; i++) expect((await server.rest('POST', '/sessions', { body })).status).toBe(201)
  const ids = (await chat.sessions.list()).map(({ id }) => id)
  expect(new Set(ids).size).toBe(111)
})
