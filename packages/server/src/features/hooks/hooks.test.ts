import type { Message } from '@parley/protocol'
import pino from 'pino'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { budgets } from '../../core/limits/budgets.ts'
import {
  arrive,
  arriveAll,
  newId,
  newName,
  openDirect,
  openRoom,
  type Person,
  refusalOf,
  settled,
} from '../../testing/people.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'
import { stopClock } from '../../testing/stopped-clock.ts'
import { openTestDatabase } from '../../testing/test-database.ts'
import { startTestServer } from '../../testing/test-server.ts'

const { server, ana, bo, eve } = serverWithPeople(['ana', 'bo', 'eve'], { sharedDatabase: true })

let room: string
beforeEach(async () => {
  room = await openRoom(ana, [bo])
})

const make = (conversationId = room, name = 'Builds') => ana.ask('hook.create', { conversationId, name })

interface Posted {
  status: number
  message?: Message
  code?: string
}

async function post(path: string, body: string | object, headers: Record<string, string> = {}): Promise<Posted> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(server.url + path, { method: 'POST', headers, body: text })
  const { data, error } = (await response.json()) as { data?: { message: Message }; error?: { code: string } }
  return { status: response.status, ...data, ...(error && { code: error.code }) }
}

const heardBy = (person: Person, text: string) =>
  person.heard('message.created', ({ messages = [] }) =>
    messages.some(({ body }) => body?.kind === 'plain' && body.text === text),
  )

test('its bot is found by no search: what a room calls its webhooks is its own business', async () => {
  const name = newName('Layoffs')
  const { hook } = await make(room, name)
  for (const person of [ana, eve]) {
    for (const query of [name, `hook-${hook.id.slice(-12)}`]) {
      expect(await person.ask('user.search', { query })).toEqual({ users: [] })
    }
  }
})

describe('an address whose maker cannot come in any more', () => {
  const madeByMallory = async () => {
    const mallory = await arrive(server, 'mallory')
    await ana.ask('membership.add', { conversationId: room, userIds: [mallory.id] })
    await ana.ask('membership.setRole', { conversationId: room, userId: mallory.id, role: 'admin' })
    const made = await mallory.ask('hook.create', { conversationId: room, name: 'Spam' })
    const before = await post(made.path, { text: 'Before it' })
    expect(before).toMatchObject({ status: 200 })
    return { ...made, mallory, before, other: await make() }
  }

  test('is answered like a wrong one while the maker is suspended, and works again after a restore', async () => {
    const admin = newName('administrator')
    await server.parley.users.upsert({ id: admin, username: admin, role: 'admin' })
    const { mallory, path, other } = await madeByMallory()
    await server.parley.as(admin).ask('administration.suspend', { userId: mallory.id })
    expect(await post(path, { text: 'Buy this' })).toEqual({ status: 404, code: 'not_found' })
    expect(await post(other.path, { text: 'Build 7 is done' })).toMatchObject({ status: 200 })
    await server.parley.as(admin).ask('administration.restore', { userId: mallory.id })
    expect(await post(path, { text: 'It was a mistake' })).toMatchObject({ status: 200 })
  })

  test('is answered like a wrong one while the maker is deactivated, and works again after a restore', async () => {
    const { mallory, path, other } = await madeByMallory()
    await server.parley.users.deactivate(mallory.id)
    expect(await post(path, { text: 'Buy this' })).toEqual({ status: 404, code: 'not_found' })
    expect(await post(other.path, { text: 'Build 7 is done' })).toMatchObject({ status: 200 })
    await server.parley.users.restore(mallory.id)
    expect(await post(path, { text: 'It was a mistake' })).toMatchObject({ status: 200 })
  })

  test('is deleted with an erased maker: its bot leaves the room, and what the bot said stays', async () => {
    const { hook, mallory, path, before, other } = await madeByMallory()
    await server.parley.users.erase(mallory.id)
    expect(await post(path, { text: 'Buy this' })).toEqual({ status: 404, code: 'not_found' })
    await bo.heard('membership.left', ({ memberships = [] }) =>
      memberships.some(({ userId }) => userId === hook.userId),
    )
    expect(await ana.ask('hook.list', { conversationId: room })).toEqual({ hooks: [other.hook] })
    const { messages } = await ana.ask('message.page', { conversationId: room, limit: 100 })
    expect(messages).toEqual([before.message])
    expect(await post(other.path, { text: 'Build 7 is done' })).toMatchObject({ status: 200 })
  })
})

describe('a post to an incoming webhook', () => {
  test('becomes a message of its bot, for the members of the room only', async () => {
    const { hook, path } = await make()
    expect(hook).toMatchObject({ conversationId: room, name: 'Builds', createdBy: ana.id })
    expect((await bo.ask('user.get', { userId: hook.userId })).user).toMatchObject({
      displayName: 'Builds',
      role: 'bot',
    })
    const posted = await post(path, { text: 'Build 7 is done' })
    expect(posted).toMatchObject({ status: 200, message: { senderId: hook.userId, conversationId: room } })
    for (const person of [ana, bo]) await heardBy(person, 'Build 7 is done')
    await settled(eve)
    expect(eve.all('message.created')).toEqual([])
  })

  test('may have the format of Slack, and may be sent by curl without a content type', async () => {
    const { path } = await make()
    const slack = { text: 'From a monitor', username: 'mon', icon_emoji: ':fire:', attachments: [{ color: 'red' }] }
    expect(await post(path, slack, { 'content-type': 'application/json' })).toMatchObject({ status: 200 })
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    expect(await post(path, '{"text": "From a shell"}', type)).toMatchObject({ status: 200 })
    for (const text of ['From a monitor', 'From a shell']) await heardBy(bo, text)
  })

  test('with an idempotency key is one message, and another text under the same key is refused', async () => {
    const { path } = await make()
    const named = { 'idempotency-key': newId() }
    const first = await post(path, { text: 'Deployed' }, named)
    expect(first).toMatchObject({ status: 200 })
    const again = await Promise.all([1, 2, 3].map(() => post(path, { text: 'Deployed' }, named)))
    expect(again).toEqual(Array(3).fill(first))
    expect(await post(path, { text: 'Rolled back' }, named)).toMatchObject({ status: 409, code: 'message_id_conflict' })
    const other = await make()
    const elsewhere = await post(other.path, { text: 'Deployed' }, named)
    expect(elsewhere).toMatchObject({ status: 200 })
    expect(elsewhere.message?.id).not.toBe(first.message?.id)
    expect(await post(path, { text: 'x' }, { 'idempotency-key': 'a b' })).toMatchObject({ code: 'invalid_input' })
  })

  test.each([
    ['nothing', ''],
    ['no JSON', 'Build 7'],
    ['a list', ['Build 7']],
    ['null', 'null'],
    ['no text', { message: 'Build 7' }],
    ['a text that is none', { text: { $ne: null } }],
    ['an empty text', { text: '' }],
    ['a blank text', { text: ' \n ' }],
    ['a text with NUL', { text: 'a\u0000b' }],
    ['half a character', '{"text":"\\ud800"}'],
    ['a text that is too long', { text: 'x'.repeat(100_000) }],
    ['a body that is too large', { text: 'x'.repeat(2_000_000) }],
    ['a body of another kind', { text: undefined, body: { kind: 'sealed', ciphertext: 'x' } }],
  ])('is refused as %s', async (_, body) => {
    const { path } = await make()
    expect(await post(path, body as object)).toMatchObject({ status: 400, code: 'invalid_input' })
  })
})

describe('answered as not found', () => {
  test('an address with a wrong part, and any other method', async () => {
    const [one, other] = [await make(), await make()]
    const [, id = '', secret = ''] = one.path.match(/hooks\/(.*)\/(.*)$/) ?? []
    const wrong = [
      `${id}/${'x'.repeat(43)}`,
      `${id}/${secret.slice(0, -1)}`,
      `${id}/${secret}x`,
      `${other.hook.id}/${secret}`,
      `${newId()}/${secret}`,
      `nothing/${secret}`,
      `%00/${secret}`,
      `${"' or 1=1"}/${secret}`,
      `${id}/${'x'.repeat(5_000)}`,
      `${id}/%00`,
    ]
    for (const address of wrong) {
      expect(await post(`/api/v1/hooks/${address}`, { text: 'x' })).toMatchObject({ status: 404, code: 'not_found' })
    }
    const answers = await Promise.all(
      ['GET', 'PUT', 'DELETE'].map(async (method) => (await fetch(server.url + one.path, { method })).status),
    )
    expect(answers).toEqual(answers.map(() => 404))
  })

  test('a revoked webhook, whose bot leaves the room', async () => {
    const { hook, path } = await make()
    await ana.ask('hook.revoke', { conversationId: room, hookId: hook.id })
    expect(await post(path, { text: 'too late' })).toMatchObject({ status: 404 })
    await bo.heard('membership.left', ({ memberships = [] }) =>
      memberships.some(({ userId }) => userId === hook.userId),
    )
    expect((await ana.ask('hook.list', { conversationId: room })).hooks).not.toContainEqual(hook)
    expect(await refusalOf(ana, 'hook.revoke', { conversationId: room, hookId: hook.id })).toMatchObject({
      code: 'not_found',
    })
  })

  test('a webhook whose bot was removed, deactivated or erased', async () => {
    const [removed, deactivated, erased] = [await make(), await make(), await make()]
    await ana.ask('membership.remove', { conversationId: room, userId: removed.hook.userId })
    await server.parley.users.deactivate(deactivated.hook.userId)
    await server.parley.users.erase(erased.hook.userId)
    for (const { path } of [removed, deactivated, erased]) {
      expect(await post(path, { text: 'too late' })).toMatchObject({ status: 404, code: 'not_found' })
    }
    expect((await ana.ask('hook.list', { conversationId: room })).hooks).not.toContainEqual(erased.hook)
    expect(await refusalOf(ana, 'hook.revoke', { conversationId: room, hookId: removed.hook.id })).toBeUndefined()
  })
})

test('a webhook is listed and revoked in its own room only, and a room may have twenty', async () => {
  const [cleo] = await arriveAll(server, 'cleo')
  const theirs = await openRoom(cleo)
  const { hook, path } = await make()
  const revoke = { conversationId: theirs, hookId: hook.id }
  expect(await refusalOf(cleo, 'hook.revoke', revoke)).toMatchObject({ code: 'not_found' })
  expect((await cleo.ask('hook.list', { conversationId: theirs })).hooks).toEqual([])
  expect(await refusalOf(bo, 'hook.create', { conversationId: room, name: 'x' })).toMatchObject({ code: 'forbidden' })
  const direct = await openDirect(ana, bo)
  expect(await refusalOf(ana, 'hook.create', { conversationId: direct, name: 'x' })).toMatchObject({
    code: 'forbidden',
  })
  expect(await post(path, { text: 'still there' })).toMatchObject({ status: 200 })
  for (let made = 0; made < 20; made++) await cleo.ask('hook.create', { conversationId: theirs, name: `Hook ${made}` })
  expect(await refusalOf(cleo, 'hook.create', { conversationId: theirs, name: 'x' })).toMatchObject({
    code: 'limit_reached',
  })
})

test('its secret is shown once, and is neither stored nor logged', async () => {
  let log = ''
  const lines = {
    write: (line: string) => {
      log += line
    },
  }
  const logged = await startTestServer({ sharedDatabase: true, log: pino({ level: 'trace' }, lines) })
  onTestFinished(() => logged.close())
  const [dan] = await arriveAll(logged, 'dan')
  const { path } = await dan.ask('hook.create', { conversationId: await openRoom(dan), name: 'Builds' })
  const secret = path.split('/').at(-1) ?? ''
  expect(secret).toHaveLength(43)
  for (const body of ['{"text":"x"}', '{'])
    await fetch(logged.url + path, { method: 'POST', body, headers: { 'idempotency-key': newId() } })
  await fetch(`${logged.url + path}x`, { method: 'POST', body: '{}' })
  const { read, close } = await openTestDatabase(logged.dataDir)
  const rows = await read.selectFrom('hooks').selectAll().execute()
  await close()
  expect(rows).toHaveLength(1)
  expect(JSON.stringify(rows)).not.toContain(secret)
  expect(log.length).toBeGreaterThan(0)
  expect(log).not.toContain(secret)
})

test('posts use the bot’s budget, and a refusal tells when to try again', async () => {
  const clock = stopClock()
  onTestFinished(clock.release)
  const limited = await startTestServer({ rateLimits: 'on' })
  onTestFinished(() => limited.close())
  const [dan] = await arriveAll(limited, 'dan')
  const { path } = await dan.ask('hook.create', { conversationId: await openRoom(dan), name: 'Builds' })
  const posts = await Promise.all(
    Array.from({ length: budgets.send.points + 5 }, () =>
      fetch(limited.url + path, { method: 'POST', body: '{"text":"x"}' }),
    ),
  )
  expect(posts.filter(({ status }) => status === 200)).toHaveLength(budgets.send.points)
  const refused = posts.filter(({ status }) => status === 429)
  expect(refused).toHaveLength(5)
  for (const { headers } of refused) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
})
