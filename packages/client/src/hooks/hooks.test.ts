import { expect, test } from 'vitest'
import { connectedChat, seen, testServer } from '../testing/test-chat.ts'

test('an admin makes an incoming webhook, by which something is said, lists it and ends it', async () => {
  const server = await testServer()
  const ana = await connectedChat(server, 'ana')
  const { id } = await ana.conversations.create({ name: 'Kitchen' })
  const { hook, path } = await ana.hooks.create(id, 'Builds')
  expect(await ana.hooks.list(id)).toEqual([hook])
  const post = () => fetch(server.url + path, { method: 'POST', body: JSON.stringify({ text: 'Build 7 is done' }) })
  expect((await post()).status).toBe(200)
  await seen(ana, 'what was posted', ({ conversations }) => conversations[id]?.lastSeq === 1)
  await ana.hooks.revoke(id, hook.id)
  expect((await post()).status).toBe(404)
  expect(await ana.hooks.list(id)).toEqual([])
})
