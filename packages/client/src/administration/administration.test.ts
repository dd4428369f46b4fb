import { expect, onTestFinished, test } from 'vitest'
import { createChat } from '../chat-client.ts'
import { createSessions } from '../sessions/sessions.ts'
import { seen, testServer } from '../testing/test-chat.ts'
import { createAdministration, setPasswordByLink } from './administration.ts'

async function signedIn(url: string, username: string) {
  const sessions = createSessions({ url })
  const { user } = await sessions.register({ username, password: `password of ${username}` })
  const chat = createChat({ url, auth: sessions.accessToken }, { random: () => 0.05 })
  onTestFinished(() => chat.close())
  await chat.connect()
  return { chat, sessions, id: user.id }
}

test('an administrator does with the SDK what the operations do, and a person without the role is refused', async () => {
  const { url } = await testServer()
  const admin = await signedIn(url, 'admin')
  const ana = await signedIn(url, 'ana')
  const administration = createAdministration(admin.chat)
  const refused = createAdministration(ana.chat).listPeople()
  await expect(refused).rejects.toMatchObject({ code: 'forbidden' })

  const { id: room } = await ana.chat.conversations.create({ name: 'Kitchen', visibility: 'public' })
  const sent = await ana.chat.messages.send(room, 'An address').settled
  await administration.removeMessage(sent.id, 'An address')
  await seen(ana.chat, 'the deletion', ({ conversations }) => conversations[room]?.lastMessage?.body === null)
  expect((await administration.listRooms({ query: 'kit' })).rooms[0]?.conversation.id).toBe(room)
  await administration.removeRoom(room)
  await seen(ana.chat, 'the loss of the room', ({ conversations }) => conversations[room] === undefined)

  await administration.endSessions(ana.id)
  await seen(ana.chat, 'the end', ({ status, problem }) => status === 'closed' && problem?.code === 'unauthenticated')
  const { token } = await administration.createPasswordLink(ana.id)
  expect(await setPasswordByLink({ url, token, newPassword: 'a new long password' })).toBe('ana')
  await ana.sessions.signIn({ username: 'ana', password: 'a new long password' })
  const again = setPasswordByLink({ url, token, newPassword: 'a new long password' })
  await expect(again).rejects.toMatchObject({ code: 'not_found' })

  expect((await administration.suspend(ana.id, 'Spam')).state).toBe('suspended')
  const refusedEntry = ana.sessions.signIn({ username: 'ana', password: 'a new long password' })
  await expect(refusedEntry).rejects.toMatchObject({ code: 'suspended' })
  expect((await administration.listPeople({ state: 'suspended' })).people.map(({ user }) => user.id)).toEqual([ana.id])
  expect((await administration.restore(ana.id)).state).toBe('active')
  const { acts } = await administration.listActs()
  expect(acts.map(({ act }) => act)).toEqual([
    'restore',
    'suspend',
    'createPasswordLink',
    'endSessions',
    'removeRoom',
    'removeMessage',
  ])
})
