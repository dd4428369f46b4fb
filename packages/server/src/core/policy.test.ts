import { type OperationName, type Output, operationNames, operations, type Reply, type Role } from '@parley/protocol'
import { expect, test } from 'vitest'
import { policy } from '../features/index.ts'
import { exampleInput } from '../testing/example-input.ts'
import { arrive, newId, newName, openDirect, openRoom, say } from '../testing/people.ts'
import { askOverRest } from '../testing/rest-form.ts'
import { serverWithPeople } from '../testing/server-with-people.ts'
import {
  memberCases,
  possibleOwner,
  ruledOutcome,
  ruleOf,
  type Standing,
  standingNames,
  standings,
  type Whose,
} from '../testing/standings.ts'
import { assertMayActOn } from './policy.ts'

/** `host` owns every room, and acts on two people there. */
const { server, host, other, newcomer, subject } = serverWithPeople(['host', 'other', 'newcomer', 'subject'])

/** Who of them came first, and is therefore the administrator of the server. */
const administrator = () => [host, other, newcomer, subject].find(({ user }) => user.role === 'admin') ?? host

interface Scene {
  conversationId: string
  /** A message of the subject, or of another user. */
  messageId: string
}

async function setScene(standing: Standing, whose: Whose): Promise<Scene> {
  const { kind, state, role } = standings[standing]
  const isMember = state !== 'invited' && state !== 'stranger'
  const conversationId =
    kind === 'room'
      ? await openRoom(host, isMember ? [other, subject] : [other])
      : await openDirect(host, isMember ? subject : other)
  const theirs = await say(host, conversationId)
  const message = isMember && whose === 'own' ? await say(subject, conversationId) : theirs
  if (state === 'active' && role !== 'member')
    await host.ask('membership.setRole', { conversationId, userId: subject.id, role })
  if (state === 'invited') await host.ask('membership.invite', { conversationId, userIds: [subject.id] })
  if (state === 'left') await subject.ask('membership.leave', { conversationId })
  if (state === 'removed' || state === 'banned') {
    await host.ask('membership.remove', { conversationId, userId: subject.id, ban: state === 'banned' })
  }
  return { conversationId, messageId: message.id }
}

/** These operations, on a user who is in no other test. */
const toward = (...names: OperationName[]) =>
  Object.fromEntries(names.map((name) => [name, () => ({ userId: newcomer.id })]))

/** Good input where the example with real ids would not do, or would do more than it needs. */
const special: Partial<Record<OperationName, (scene: Scene) => object | Promise<object>>> = {
  'user.register': () => ({ username: newName('new'), password: 'a long password' }),
  'session.create': () => ({ username: host.user.username, password: `password of ${host.user.username}` }),
  'passwordLink.use': async () => {
    const { token } = await administrator().ask('administration.createPasswordLink', { userId: newcomer.id })
    return { token, newPassword: `password of ${newcomer.user.username}` }
  },
  'session.refresh': () => ({ refreshToken: host.signedIn.refreshToken }),
  'session.renew': () => ({ accessToken: subject.signedIn.accessToken }),
  'session.revoke': () => ({ sessionId: newId() }),
  'user.search': () => ({ query: 'a' }),
  'user.get': () => ({ userId: host.id }),
  'user.update': () => ({ displayName: 'New' }),
  'user.changePassword': () => ({ currentPassword: 'wrong', newPassword: 'a long password' }),
  ...toward('contact.request', 'contact.accept', 'contact.decline', 'contact.withdraw', 'contact.remove'),
  ...toward('block.add', 'block.remove'),
  'contact.list': () => ({}),
  'block.list': () => ({}),
  'conversation.list': () => ({}),
  'conversation.discover': () => ({}),
  'conversation.findDirect': () => ({ userId: host.id }),
  'conversation.create': () => ({ name: 'Room' }),
  'conversation.openDirect': () => ({ userId: host.id }),
  'presence.set': () => ({ status: 'online' }),
  'presence.watch': () => ({ userIds: [host.id] }),
  'sync.run': () => ({}),
  'conversation.update': ({ conversationId }) => ({ conversationId, name: 'Room' }),
  'membership.list': ({ conversationId }) => ({ conversationId }),
  'membership.remove': ({ conversationId }) => ({ conversationId, userId: other.id }),
  'membership.setRole': ({ conversationId }) => ({ conversationId, userId: other.id, role: 'member' }),
  'message.page': ({ conversationId }) => ({ conversationId }),
  'hook.revoke': async ({ conversationId }) => {
    const made = await host.reply('hook.create', { conversationId, name: 'Builds' })
    return { conversationId, hookId: made.ok ? (made.data as Output<'hook.create'>).hook.id : newId() }
  },
  'offer.decide': async ({ conversationId, messageId }) => {
    const body = { kind: 'plain', text: '', offer: { amount: 1, currency: 'EUR' } }
    const sent = await host.reply('message.send', { conversationId, id: newId(), body })
    const made = sent.ok ? (sent.data as Output<'message.send'>).message.id : messageId
    return { messageId: made, decision: 'accept' }
  },
}

const inputOf = async (name: OperationName, scene: Scene): Promise<object> =>
  (await special[name]?.(scene)) ?? exampleInput(name, { ...scene, member: other, newcomer })

const withoutId = (reply: Reply<unknown>) => (reply.ok ? reply : { ...reply.error, requestId: '' })

const overRest = async (name: OperationName, input: object) =>
  (await askOverRest(server, name, input, subject.signedIn.accessToken)).json() as Promise<Reply<unknown>>

/** What really happens, over the socket and over REST; `hidden` if it answers exactly like what does not exist. */
async function tried(name: OperationName, standing: Standing, whose: Whose): Promise<string> {
  const scene = await setScene(standing, whose)
  const input = await inputOf(name, scene)
  const overSocket = await subject.reply(name, input)
  const again = overSocket.ok ? overSocket : await overRest(name, input)
  expect(withoutId(again)).toEqual(withoutId(overSocket))
  if (overSocket.ok) return 'ok'
  const nowhere = await inputOf(name, { conversationId: newId(), messageId: newId() })
  const missing = await subject.reply(name, nowhere)
  const isHidden = JSON.stringify(withoutId(overSocket)) === JSON.stringify(withoutId(missing))
  return isHidden ? 'hidden' : overSocket.error.code
}

test.each(memberCases)('%s, %s resource: each member is answered as the table of rules says', async (name, whose) => {
  for (const standing of standingNames) {
    const owner = possibleOwner(standing, whose)
    expect([standing, await tried(name, standing, owner)]).toEqual([standing, ruledOutcome(name, standing, owner)])
  }
})

const strangerOperations = operationNames.filter((name) => policy[name].for === 'anyone' && !policy[name].scope)
const keyOperations = operationNames.filter((name) => policy[name].scope)

test('only operations that give an account or a session need no session', () => {
  expect([...strangerOperations].sort()).toEqual([
    'passwordLink.use',
    'session.create',
    'session.refresh',
    'user.register',
  ])
  expect(strangerOperations).toEqual(
    operationNames.filter((name) => 'httpOnly' in operations[name] && !('keyOnly' in operations[name])),
  )
})

test('only the operations for API keys need a scope', () => {
  expect(keyOperations).toEqual(operationNames.filter((name) => 'keyOnly' in operations[name]))
})

test.each(operationNames)('%s needs a session, unless it is for anyone', async (name) => {
  const scene = await setScene('stranger', 'other')
  const response = await askOverRest(server, name, await inputOf(name, scene))
  const reply = (await response.json()) as Reply<unknown>
  if (strangerOperations.includes(name)) expect(reply.ok).toBe(true)
  else expect(reply).toMatchObject({ ok: false, error: { code: 'unauthenticated' } })
  expect(response.status === 401).toBe(!reply.ok)
})

const administratorOperations = operationNames.filter((name) => ruleOf(name).only === 'administrators')

test.each(administratorOperations)('%s is for administrators alone', async (name) => {
  const person = await arrive(server)
  const scene = await setScene('admin', 'own')
  for (const asker of [person, subject]) {
    if (asker.user.role === 'admin') continue
    const reply = await asker.reply(name, await inputOf(name, scene))
    expect(reply).toMatchObject({ ok: false, error: { code: 'forbidden' } })
    const nowhere = await inputOf(name, { conversationId: newId(), messageId: newId() })
    expect(withoutId(await asker.reply(name, nowhere))).toEqual(withoutId(reply))
    const overRest = await askOverRest(server, name, await inputOf(name, scene), asker.signedIn.accessToken)
    expect(overRest.status).toBe(403)
  }
})

test.each(operationNames.filter((name) => policy[name].for === 'users' && !administratorOperations.includes(name)))(
  '%s is for everybody with an account',
  async (name) => {
    const person = await arrive(server)
    const scene = await setScene('stranger', 'other')
    const reply = await person.reply(name, {
      ...(await inputOf(name, scene)),
      ...(name === 'session.renew' ? { accessToken: person.signedIn.accessToken } : {}),
    })
    const allowed: Partial<Record<OperationName, string>> = {
      'attachment.get': 'not_found',
      'attachment.discard': 'not_found',
      'session.revoke': 'not_found',
      'user.changePassword': 'bad_credentials',
      'membership.join': 'not_found',
      'contact.accept': 'not_found',
      'contact.decline': 'not_found',
      'contact.withdraw': 'not_found',
      'contact.remove': 'not_found',
      'block.remove': 'not_found',
    }
    expect(reply.ok ? undefined : reply.error.code).toBe(allowed[name])
  },
)

test.each(['owner', 'admin', 'moderator', 'member'] as Role[])(
  'what belongs to others is touched by the listed roles alone: %s',
  (role) => {
    const reach = { membership: { user_id: 'me', role } } as Parameters<typeof assertMayActOn>[1]
    expect(() => assertMayActOn({ others: ['admin'] }, reach, 'me')).not.toThrow()
    const touch = () => assertMayActOn({ others: ['admin'] }, reach, 'you')
    if (role === 'admin') expect(touch).not.toThrow()
    else expect(touch).toThrow()
  },
)
