import { expect, onTestFinished, test } from 'vitest'
import { createChatOver } from '../chat-client.ts'
import { type OpenLine, openLine } from '../connection/socket-line.ts'
import { chatOf, connectedChat, held, idOf, seen, testServer, texts, wireTo } from '../testing/test-chat.ts'

test('a room is found, joined and left; what is left is gone', async () => {
  const server = await testServer()
  const [ana, bob] = [await connectedChat(server, 'ana'), await connectedChat(server, 'bob')]
  const { id } = await ana.conversations.create({ name: 'Kitchen', topic: 'Tea' })
  const [found] = await bob.conversations.discover({ query: 'kitch' })
  expect(found).toMatchObject({ conversation: { id, name: 'Kitchen' }, memberCount: 1, joined: false })
  await bob.memberships.join(id)
  expect(held(bob, id)).toMatchObject({ conversation: { topic: 'Tea' }, unread: 0 })
  await seen(ana, 'the guest', (state) => state.conversations[id]?.memberships[idOf(bob)]?.state === 'active')
  await bob.messages.send(id, 'hello').settled
  await bob.memberships.leave(id)
  expect(bob.store.getState().conversations).toEqual({})
  await seen(ana, 'the leaving', (state) => state.conversations[id]?.memberships[idOf(bob)]?.state === 'left')
  await expect(bob.messages.send(id, 'again').settled).rejects.toMatchObject({ code: 'not_found' })
  await bob.memberships.join(id)
  await bob.messages.loadLatest(id)
  expect(texts(held(bob, id))).toEqual(['hello'])
})

test('an invitation shows the room and nothing said in it, until it is accepted', async () => {
  const server = await testServer()
  const [ana, bob] = [await connectedChat(server, 'ana'), await connectedChat(server, 'bob')]
  const { id } = await ana.conversations.create({ name: 'Club', visibility: 'private' })
  await ana.messages.send(id, 'before').settled
  await ana.memberships.invite(id, [idOf(bob)])
  const invitation = await seen(bob, 'the invitation', (state) => state.conversations[id])
  expect(invitation).toMatchObject({ lastMessage: null, lastSeq: 0, unread: 0 })
  expect(invitation.memberships[idOf(bob)]?.state).toBe('invited')
  await bob.memberships.join(id)
  expect(held(bob, id)).toMatchObject({ lastSeq: 1, unread: 0 })
  await ana.messages.send(id, 'after').settled
  await seen(bob, 'the message', (state) => state.conversations[id]?.unread === 1)
  await bob.messages.loadLatest(id)
  expect(texts(held(bob, id))).toEqual(['before', 'after'])
  await ana.memberships.invite(id, [idOf(bob)])
  expect(held(bob, id).memberships[idOf(bob)]?.state).toBe('active')
})

test('a removed person loses the conversation at once, also when they were away', async () => {
  const server = await testServer()
  const wire = await wireTo(server)
  const ana = await connectedChat(server, 'ana')
  const bob = await connectedChat(server, 'bob')
  const eve = chatOf(wire.url, await server.register('eve'))
  await eve.connect()
  const { id } = await ana.conversations.create({ name: 'Kitchen', userIds: [idOf(bob), idOf(eve)] })
  await Promise.all([bob, eve].map((chat) => seen(chat, 'the room', (state) => state.conversations[id])))
  const other = await ana.conversations.openDirect({ userId: idOf(eve) })
  wire.down()
  await seen(eve, 'being offline', (state) => state.status === 'offline')
  await ana.memberships.remove(id, idOf(bob))
  await ana.memberships.remove(id, idOf(eve), { ban: true })
  await seen(bob, 'the removal', (state) => !state.conversations[id])
  wire.up()
  await seen(eve, 'the removal', (state) => state.status === 'online' && !state.conversations[id])
  expect(Object.keys(eve.store.getState().conversations)).toEqual([other.id])
  // M8: an app can say what happened.
  expect(bob.store.getState().endedMemberships).toMatchObject({ [id]: { state: 'removed' } })
  expect(eve.store.getState().endedMemberships).toMatchObject({ [id]: { state: 'banned' } })
  expect(ana.store.getState().endedMemberships).toEqual({})
  await expect(eve.memberships.join(id)).rejects.toMatchObject({ code: 'not_found' })
  await ana.memberships.add(id, [idOf(eve)])
  await seen(eve, 'the return', (state) => state.conversations[id])
})

test('the end of a membership that is noted stays when an older one arrives after it', async () => {
  const server = await testServer()
  const [ana, signedIn] = [await connectedChat(server, 'ana'), await server.register('bob')]
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const open: OpenLine = async (options, hear, ending) => {
    const line = await openLine(options, hear, ending)
    const call: typeof line.call = async (name, input, signal) => {
      const answer = await line.call(name, input, signal)
      if (name === 'membership.leave') await released
      return answer
    }
    return { ...line, call }
  }
  const bob = createChatOver(open, { url: server.url, auth: signedIn.accessToken }, {})
  onTestFinished(() => bob.close())
  await bob.connect()
  const { id } = await ana.conversations.create({ name: 'Kitchen', userIds: [signedIn.user.id] })
  await seen(bob, 'the room', (state) => state.conversations[id])
  const endOf = (state: ReturnType<typeof bob.store.getState>) => state.endedMemberships[id]?.state
  const leaving = bob.memberships.leave(id)
  await seen(bob, 'the leaving', (state) => endOf(state) === 'left')
  await bob.memberships.join(id)
  await ana.memberships.remove(id, signedIn.user.id)
  await seen(bob, 'the removal', (state) => endOf(state) === 'removed')
  release()
  expect((await leaving).state).toBe('left')
  expect(endOf(bob.store.getState())).toBe('removed')
})

test('a loaded member list stays complete, with names and roles', async () => {
  const server = await testServer()
  const ana = await connectedChat(server, 'ana')
  const { id } = await ana.conversations.create({ name: 'Hall' })
  const people = await Promise.all(['bob', 'eve', 'kim'].map((name) => server.register(name)))
  await ana.memberships.add(
    id,
    people.slice(0, 2).map(({ user }) => user.id),
  )
  await ana.memberships.loadAll(id)
  const members = () => {
    const { users } = ana.store.getState()
    return Object.values(held(ana, id).memberships).map((row) => `${users[row.userId]?.username} ${row.role}`)
  }
  expect(held(ana, id).membershipsLoaded).toBe(true)
  expect(members().sort()).toEqual(['ana owner', 'bob member', 'eve member'])
  const kim = chatOf(server.url, people[2] ?? people[0]!)
  await kim.connect()
  await kim.memberships.join(id)
  await ana.memberships.setRole(id, idOf(kim), 'moderator')
  await seen(ana, 'the newcomer', () => members().includes('kim moderator'))
  expect(members()).toHaveLength(4)
  await expect(kim.memberships.setRole(id, idOf(ana), 'member')).rejects.toMatchObject({ code: 'forbidden' })
})

test('a renamed room and a renamed person reach the others', async () => {
  const server = await testServer()
  const [ana, bob] = [await connectedChat(server, 'ana'), await connectedChat(server, 'bob')]
  const { id } = await ana.conversations.create({ name: 'Hall', userIds: [idOf(bob)] })
  await seen(bob, 'the room', (state) => state.conversations[id])
  await ana.conversations.update(id, { name: 'Great Hall' })
  expect(held(ana, id).conversation.name).toBe('Great Hall')
  await seen(bob, 'the name', (state) => state.conversations[id]?.conversation.name === 'Great Hall')
  await ana.users.update({ displayName: 'Ana the First' })
  expect(ana.store.getState().me?.displayName).toBe('Ana the First')
  await seen(bob, 'the new name', (state) => state.users[idOf(ana)]?.displayName === 'Ana the First')
  expect((await bob.users.search('first')).map((user) => user.id)).toEqual([idOf(ana)])
  expect((await bob.users.get(idOf(ana))).displayName).toBe('Ana the First')
  await expect(bob.users.get('nobody')).rejects.toMatchObject({ code: 'not_found' })
})
