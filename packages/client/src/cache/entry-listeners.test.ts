import { expect, test } from 'vitest'
import { connectedChat, idOf, seen, testServer } from '../testing/test-chat.ts'

test('a listener of one conversation is called at the changes of that conversation alone', async () => {
  const server = await testServer()
  const [ana, bo] = [await connectedChat(server, 'ana'), await connectedChat(server, 'bo')]
  const kitchen = await ana.conversations.create({ name: 'Kitchen', userIds: [idOf(bo)] })
  const garden = await ana.conversations.create({ name: 'Garden', userIds: [idOf(bo)] })
  await seen(bo, 'both', ({ conversations }) => conversations[kitchen.id] && conversations[garden.id])
  const calls: string[] = []
  const names = (id: string) => bo.store.getState().conversations[id]?.conversation.name
  const stop = bo.store.subscribeTo('conversations', kitchen.id, ({ conversations }, previous) => {
    calls.push(
      `${previous.conversations[kitchen.id]?.conversation.name} ${conversations[kitchen.id]?.conversation.name}`,
    )
  })
  bo.store.subscribeTo('conversations', garden.id, () => {
    throw new Error('a mistake of an app')
  })
  await ana.conversations.update(garden.id, { name: 'Orchard' })
  await seen(bo, 'the other name', () => names(garden.id) === 'Orchard')
  expect(calls).toEqual([])
  await ana.conversations.update(kitchen.id, { name: 'Cellar' })
  await seen(bo, 'the name', () => names(kitchen.id) === 'Cellar')
  expect(calls).toEqual(['Kitchen Cellar'])
  await bo.memberships.leave(kitchen.id)
  expect(calls).toEqual(['Kitchen Cellar', 'Cellar undefined'])
  stop()
  await bo.memberships.join(kitchen.id)
  expect(calls).toHaveLength(2)
})

test('the entries of every record can be followed, also before they are there', async () => {
  const server = await testServer()
  const [ana, bo] = [await connectedChat(server, 'ana'), await connectedChat(server, 'bo')]
  const names: (string | undefined)[] = []
  ana.store.subscribeTo('users', idOf(bo), ({ users }) => names.push(users[idOf(bo)]?.displayName))
  const { id } = await ana.conversations.openDirect({ userId: idOf(bo) })
  expect(names).toEqual(['bo'])
  await bo.users.update({ displayName: 'Bo Lind' })
  await bo.messages.send(id, 'Hello').settled
  await seen(ana, 'the message', ({ conversations }) => conversations[id]?.lastSeq === 1)
  expect(names).toEqual(['bo', 'Bo Lind'])
})

test('a listener that is added during a change is called from the next one on, and a removed one no more', async () => {
  const server = await testServer()
  const ana = await connectedChat(server, 'ana')
  const { id } = await ana.conversations.create({ name: 'Kitchen' })
  const calls: string[] = []
  const follow = (name: string) => ana.store.subscribeTo('conversations', id, () => calls.push(name))
  const stopFirst = ana.store.subscribeTo('conversations', id, () => {
    calls.push('first')
    stopFirst()
    stopSecond()
    follow('added')
  })
  const stopSecond = follow('second')
  follow('third')
  await ana.conversations.update(id, { name: 'Cellar' })
  expect(calls).toEqual(['first', 'third'])
  await ana.conversations.update(id, { name: 'Attic' })
  expect(calls).toEqual(['first', 'third', 'third', 'added'])
})
