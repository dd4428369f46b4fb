import { type OperationName, operationNames, operations, type Reply, type Role } from '@parley/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { policy } from '../features/index.ts'
import { arrive, arriveAll, newId, newName, openDirect, openRoom, type Person, plain, say } from '../testing/people.ts'
import { askOverRest } from '../testing/rest-form.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { assertMayActOn } from './access.ts'
import type { Rule } from './policy.ts'

let server: TestServer
/** The owner of every room, and two people for them to act on. */
let host: Person
let other: Person
let newcomer: Person
let subject: Person
beforeAll(async () => {
  server = await startTestServer()
  ;[host, other, newcomer, subject] = await arriveAll(server, 'host', 'other', 'newcomer', 'subject')
})
afterAll(() => server.close())

/** Who somebody is to a conversation. */
const standings = {
  owner: { kind: 'room', state: 'active', role: 'owner' },
  admin: { kind: 'room', state: 'active', role: 'admin' },
  moderator: { kind: 'room', state: 'active', role: 'moderator' },
  member: { kind: 'room', state: 'active', role: 'member' },
  invited: { kind: 'room', state: 'invited', role: 'member' },
  left: { kind: 'room', state: 'left', role: 'member' },
  removed: { kind: 'room', state: 'removed', role: 'member' },
  banned: { kind: 'room', state: 'banned', role: 'member' },
  stranger: { kind: 'room', state: 'stranger', role: 'member' },
  direct: { kind: 'direct', state: 'active', role: 'member' },
  'outside direct': { kind: 'direct', state: 'stranger', role: 'member' },
} as const

type Standing = keyof typeof standings

interface Scene {
  conversationId: string
  /** A message of the subject’s own, or of somebody else. */
  messageId: string
}

async function setScene(standing: Standing, whose: 'own' | 'other'): Promise<Scene> {
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

/** Good input for every operation: an operation that is missing here does not compile. */
const inputs: Record<OperationName, (scene: Scene) => object> = {
  'user.register': () => ({ username: newName('new'), password: 'a long password' }),
  'session.create': () => ({ username: host.user.username, password: `password of ${host.user.username}` }),
  'session.refresh': () => ({ refreshToken: host.signedIn.refreshToken }),
  'session.renew': () => ({ accessToken: subject.signedIn.accessToken }),
  'session.list': () => ({}),
  'session.end': () => ({}),
  'session.revoke': () => ({ sessionId: newId() }),
  'user.me': () => ({}),
  'user.search': () => ({ query: 'a' }),
  'user.get': () => ({ userId: host.id }),
  'user.update': () => ({ displayName: 'New' }),
  'user.changePassword': () => ({ currentPassword: 'wrong', newPassword: 'a long password' }),
  'conversation.list': () => ({}),
  'conversation.discover': () => ({}),
  'conversation.findDirect': () => ({ userId: host.id }),
  'conversation.get': ({ conversationId }) => ({ conversationId }),
  'conversation.create': () => ({ name: 'Room' }),
  'conversation.openDirect': () => ({ userId: host.id }),
  'conversation.update': ({ conversationId }) => ({ conversationId, name: 'Room' }),
  'membership.list': ({ conversationId }) => ({ conversationId }),
  'membership.join': ({ conversationId }) => ({ conversationId }),
  'membership.leave': ({ conversationId }) => ({ conversationId }),
  'membership.invite': ({ conversationId }) => ({ conversationId, userIds: [newcomer.id] }),
  'membership.add': ({ conversationId }) => ({ conversationId, userIds: [newcomer.id] }),
  'membership.remove': ({ conversationId }) => ({ conversationId, userId: other.id }),
  'membership.setRole': ({ conversationId }) => ({ conversationId, userId: other.id, role: 'member' }),
  'message.send': ({ conversationId }) => ({ conversationId, id: newId(), body: plain('x') }),
  'message.edit': ({ messageId }) => ({ messageId, body: plain('x') }),
  'message.delete': ({ messageId }) => ({ messageId }),
  'message.get': ({ messageId }) => ({ messageId }),
  'message.page': ({ conversationId }) => ({ conversationId }),
  'receipt.read': ({ conversationId }) => ({ conversationId, seq: 1 }),
  'receipt.delivered': ({ conversationId }) => ({ conversationId, seq: 1 }),
  'typing.set': ({ conversationId }) => ({ conversationId, isTyping: true }),
  'presence.set': () => ({ status: 'online' }),
  'presence.watch': () => ({ userIds: [host.id] }),
  'sync.run': () => ({}),
}

const memberOperations = operationNames.filter((name) => policy[name].for === 'members')
const ruleOf = (name: OperationName): Rule => policy[name]

type Answer = 'ok' | 'forbidden' | 'hidden' | string

const withoutId = (reply: Reply<unknown>) => (reply.ok ? reply : { ...reply.error, requestId: '' })

const overRest = async (name: OperationName, input: object) =>
  (await askOverRest(server, name, input, subject.signedIn.accessToken)).json() as Promise<Reply<unknown>>

/** What really happens, over the socket and over REST; `hidden` if it answers exactly like what does not exist. */
async function tried(name: OperationName, standing: Standing, whose: 'own' | 'other'): Promise<Answer> {
  const scene = await setScene(standing, whose)
  const overSocket = await subject.reply(name, inputs[name](scene))
  const again = overSocket.ok ? overSocket : await overRest(name, inputs[name](scene))
  expect(withoutId(again)).toEqual(withoutId(overSocket))
  if (overSocket.ok) return 'ok'
  const nowhere = inputs[name]({ conversationId: newId(), messageId: newId() })
  const missing = await subject.reply(name, nowhere)
  const isHidden = JSON.stringify(withoutId(overSocket)) === JSON.stringify(withoutId(missing))
  return isHidden ? 'hidden' : overSocket.error.code
}

/** What the table says. */
function expected(name: OperationName, standing: Standing, whose: 'own' | 'other'): Answer {
  const rule = ruleOf(name)
  const { kind, state, role } = standings[standing]
  if (rule.for !== 'members') throw new Error(`${name} is not about a conversation`)
  if (state === 'stranger' || !rule.states.includes(state)) return 'hidden'
  if (!rule.roles.includes(role) || !rule.kinds.includes(kind)) return 'forbidden'
  return whose === 'own' || !rule.others || rule.others.includes(role) ? 'ok' : 'forbidden'
}

const hasOthers = (name: OperationName) => 'others' in policy[name]
const cases = memberOperations.flatMap((name) =>
  hasOthers(name)
    ? ([
        [name, 'own'],
        [name, 'other'],
      ] as const)
    : ([[name, 'other']] as const),
)

const signs: Record<string, string> = { ok: '+', forbidden: '-', hidden: '.' }

/**
 * The same again, for people: what each may do, in the order of `standings`. It stands here a second time so that a rule
 * cannot change by mistake. `+` may, `-` may not, `.` is not even told that it exists.
 */
const agreed = `
conversation.get    other  +++++ .... +.
conversation.update other  ++--. .... -.
membership.list     other  ++++. .... +.
membership.leave    other  +++++ .... -.
membership.invite   other  +++-. .... -.
membership.add      other  ++--. .... -.
membership.remove   other  +++-. .... -.
membership.setRole  other  ++--. .... -.
message.send        other  ++++. .... +.
message.edit        own    ++++. .... +.
message.edit        other  ----. .... -.
message.delete      own    ++++. .... +.
message.delete      other  +++-. .... -.
message.get         other  ++++. .... +.
message.page        other  ++++. .... +.
receipt.read        other  ++++. .... +.
receipt.delivered   other  ++++. .... +.
typing.set          other  ++++. .... +.`

const lineOf = (name: string, whose: string, answers: Answer[]) => {
  const text = answers.map((answer) => signs[answer] ?? answer).join('')
  return `${name.padEnd(19)} ${whose.padEnd(6)} ${text.slice(0, 5)} ${text.slice(5, 9)} ${text.slice(9)}`
}

test.each(cases)('%s, %s thing: each may what the table says', async (name, whose) => {
  const answers: Answer[] = []
  for (const standing of Object.keys(standings) as Standing[]) {
    const isOwn = standings[standing].state === 'stranger' || standing === 'invited' ? 'other' : whose
    const answer = await tried(name, standing, isOwn)
    expect([standing, answer]).toEqual([standing, expected(name, standing, isOwn)])
    answers.push(answer)
  }
  expect(agreed).toContain(lineOf(name, whose, answers))
})

test('the agreed table has every operation on a conversation', () => {
  const lines = agreed
    .trim()
    .split('\n')
    .map((line) => line.split(/ +/).slice(0, 2).join(' '))
  expect(lines.sort()).toEqual(cases.map(([name, whose]) => `${name} ${whose}`).sort())
})

const strangerOperations = operationNames.filter((name) => policy[name].for === 'anyone')

test('only who has no account yet or no session is asked for none', () => {
  expect([...strangerOperations].sort()).toEqual(['session.create', 'session.refresh', 'user.register'])
  expect(strangerOperations).toEqual(operationNames.filter((name) => 'httpOnly' in operations[name]))
})

test.each(operationNames)('%s asks who calls, unless it is for anyone', async (name) => {
  const scene = await setScene('stranger', 'other')
  const response = await askOverRest(server, name, inputs[name](scene))
  const reply = (await response.json()) as Reply<unknown>
  if (ruleOf(name).for === 'anyone') expect(reply.ok).toBe(true)
  else expect(reply).toMatchObject({ ok: false, error: { code: 'unauthenticated' } })
  expect(response.status === 401).toBe(!reply.ok)
})

test.each(operationNames.filter((name) => policy[name].for === 'users'))(
  '%s is for everybody with an account',
  async (name) => {
    const person = await arrive(server)
    const scene = await setScene('stranger', 'other')
    const reply = await person.reply(name, {
      ...inputs[name](scene),
      ...(name === 'session.renew' ? { accessToken: person.signedIn.accessToken } : {}),
    })
    const allowed: Partial<Record<OperationName, string>> = {
      'session.revoke': 'not_found',
      'user.changePassword': 'bad_credentials',
      'membership.join': 'not_found',
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
