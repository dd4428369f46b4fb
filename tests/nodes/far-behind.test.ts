import { createChat } from '@parley/client'
import { limits, type SignedIn } from '@parley/protocol'
import { patience } from '@parley/server/testing/patience'
import { openRoom, type Person, say, settled } from '@parley/server/testing/people'
import pino from 'pino'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { connect } from '../dialects/speaker.ts'
import { threeNodes } from './nodes.ts'

// Nodes read what they missed when Redis comes back, and not before, so they miss all changes until then.
const { testMs } = patience
const log: string[] = []
const nodes = threeNodes({
  timing: { compareMs: testMs, compareAwayMs: testMs, stallMs: testMs },
  log: pino({ level: 'debug' }, { write: (line) => void log.push(line) }),
})

let ana: Person
let bo: Person
let foreigner: SignedIn
beforeAll(async () => {
  ana = await nodes.arriveAt(0)
  bo = await nodes.arriveAt(1)
  foreigner = await nodes.server().register('foreigner')
})

async function roomWithForeigner() {
  const conversationId = await openRoom(ana, [bo])
  await ana.ask('membership.add', { conversationId, userIds: [foreigner.user.id] })
  const speaker = await connect(nodes.server().at(1), '000', foreigner)
  onTestFinished(() => void speaker.socket.close())
  await bo.ask('conversation.get', { conversationId })
  return { conversationId, speaker }
}

const status = async (node: number) => {
  const response = await fetch(`${nodes.server().at(node).url}/readyz`)
  return ((await response.json()) as { status: string }).status
}

/** Cuts the nodes off from Redis while `cause` runs on one, so that the other misses its changes until it resolves. */
async function missed(cause: () => Promise<unknown>) {
  nodes.line().cut(true)
  await expect.poll(() => Promise.all([status(0), status(1)])).toEqual(['degraded', 'degraded'])
  await cause()
  nodes.line().cut(false)
  await expect.poll(() => Promise.all([status(0), status(1)])).toEqual(['ok', 'ok'])
}

const sayAll = async (conversationId: string, texts: readonly string[]) => {
  for (let at = 0; at < texts.length; at += 50) {
    await Promise.all(texts.slice(at, at + 50).map((text) => say(ana, conversationId, text)))
  }
}

const textsOf = (count: number, long = '') => Array.from({ length: count }, (_, index) => `${index} ${long}`)

const createdIn = (person: Person, conversationId: string) =>
  person.all('message.created').filter((change) => change.conversationId === conversationId)

test('A1: if a node missed very many changes, devices are told to sync, and foreign clients receive all new messages', async () => {
  const { conversationId, speaker } = await roomWithForeigner()
  const texts = textsOf(limits.changedRows + 100)
  await missed(() => sayAll(conversationId, texts))
  await bo.heard('sync.hinted')
  await speaker.inbox.next('message:new', { content: texts.at(-1) })
  await settled(bo)
  expect(createdIn(bo, conversationId)).toEqual([])
  const heard = speaker.inbox.all('message:new').map(({ content }) => content)
  expect(heard.toSorted()).toEqual(texts.toSorted())
  expect(speaker.inbox.all('disconnect')).toEqual([])
  const { rev } = await say(ana, conversationId, 'after')
  await bo.heard('message.created', (change) => change.rev === rev)
})

test.each([
  ['messages', limits.answerRows + 1, ''],
  ['bytes', 250, '€'.repeat(limits.text - 10)],
])('A1: if a node missed too many %s, foreign clients get them over a new connection', async (_, count, long) => {
  const { conversationId, speaker } = await roomWithForeigner()
  const isBack = new Promise((resolve) => speaker.socket.once('connect', () => resolve('back')))
  const texts = textsOf(count, long)
  await missed(() => sayAll(conversationId, texts))
  // A client does not reconnect by itself after a disconnect packet of the server, so only the transport is closed.
  expect(await speaker.inbox.next('disconnect')).toEqual({ reason: 'transport close' })
  expect(await isBack).toBe('back')
  await speaker.heardAll()
  await say(ana, conversationId, 'after')
  await speaker.inbox.next('message:new', { roomId: conversationId, content: 'after' })
  const inRoom = speaker.inbox.all('message:new').filter(({ roomId }) => roomId === conversationId)
  const heard = inRoom.map(({ content }) => content)
  // The missed messages come first over the new connection, each once, and only the latest thousand of them.
  expect(heard).toHaveLength(Math.min(count, 1_000) + 1)
  expect(heard.filter((content) => content !== 'after' && !texts.includes(String(content)))).toEqual([])
  expect([new Set(heard).size, heard.at(-1)]).toEqual([heard.length, 'after'])
  await settled(bo)
  expect(createdIn(bo, conversationId).flatMap(({ messages = [] }) => messages)).toHaveLength(1)
})

test('the window of an SDK goes on past a message that its node missed together with its deletion', async () => {
  const conversationId = await openRoom(ana, [bo])
  const chat = createChat({ url: nodes.server().at(1).url, auth: bo.signedIn.accessToken })
  onTestFinished(() => chat.close())
  await chat.connect()
  const before = await say(ana, conversationId, 'before')
  await chat.messages.loadLatest(conversationId)
  const held = () => chat.store.getState().conversations[conversationId]
  await expect.poll(() => held()?.rev).toBe(before.rev)
  await missed(async () => {
    const deleted = await say(ana, conversationId, 'deleted')
    const edited = await say(ana, conversationId, 'draft')
    const alsoDeleted = await say(ana, conversationId, 'also deleted')
    await say(ana, conversationId, 'kept')
    await ana.ask('message.edit', { messageId: edited.id, body: { kind: 'plain', text: 'final' } })
    for (const { id } of [alsoDeleted, deleted]) await ana.ask('message.delete', { messageId: id })
  })
  const { rev } = await say(ana, conversationId, 'after')
  await expect.poll(() => held()?.rev).toBe(rev)
  const page = await bo.ask('message.page', { conversationId, limit: 10 })
  expect(page.messages).toHaveLength(6)
  expect(held()).toMatchObject({ messages: page.messages, hasAfter: false, lastSeq: 6, unread: 4 })
})

const summariesIn = (person: Person) => person.all('account.updated').flatMap(({ summaries }) => summaries)

test('A1: if a node missed very many changes of accounts, devices are told to sync; foreign clients learn which room they left', async () => {
  // A message right after the hint must not fall between the hint and the subscription to its conversation.
  nodes.line().delay(300)
  onTestFinished(() => nodes.line().delay(0))
  const dora = await nodes.arriveAt(1)
  const { conversationId, speaker } = await roomWithForeigner()
  let last = ''
  await missed(async () => {
    await ana.ask('membership.remove', { conversationId, userId: foreigner.user.id })
    for (let at = 0; at <= limits.page; at++) {
      last = (await ana.ask('conversation.create', { name: 'Kitchen', userIds: [dora.id] })).summary.conversation.id
      await ana.ask('membership.add', { conversationId: last, userIds: [foreigner.user.id] })
    }
  })
  await dora.heard('sync.hinted')
  await speaker.inbox.next('room:user-left', { roomId: conversationId, userId: foreigner.user.id })
  const { rev } = await say(ana, last, 'after')
  await dora.heard('message.created', (change) => change.conversationId === last && change.rev === rev)
  await speaker.inbox.next('message:new', { content: 'after' })
  expect([summariesIn(dora), speaker.inbox.all('disconnect')]).toEqual([[], []])
  dora.close()
})

test('A1: devices are told to sync as well if their account missed fewer changes, but with long messages', async () => {
  const eli = await nodes.arriveAt(1)
  await missed(async () => {
    for (let at = 0; at < limits.page - 5; at++) await say(ana, await openRoom(ana, [eli]), '€'.repeat(limits.text))
  })
  await eli.heard('sync.hinted')
  await settled(eli)
  expect(summariesIn(eli)).toEqual([])
  eli.close()
})

/** Connects a native device over a plain websocket, which a test can pause. */
async function dial(node: number, { accessToken }: SignedIn) {
  const socket = new WebSocket(
    `${nodes.server().at(node).url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`,
  )
  onTestFinished(() => socket.terminate())
  const frames: string[] = []
  await new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const frame = String(data)
      frames.push(frame)
      if (frame === '2') socket.send('3')
      else if (frame.startsWith('0')) socket.send(`40/v1,${JSON.stringify({ token: accessToken, protocol: 1 })}`)
      else if (frame.startsWith('40/v1,')) socket.send('42/v1,7["user.me",{}]')
      else if (frame.startsWith('43/v1,7')) resolve()
    })
  })
  return { socket, frames }
}

test('a device that reads too slowly is told to sync like any other', async () => {
  const { conversationId } = await roomWithForeigner()
  const { socket, frames } = await dial(1, bo.signedIn)
  socket.pause()
  const lags = () => log.some((line) => line.includes('"a socket lags"'))
  // More than the buffers between two sockets of one machine can hold.
  for (let sent = 0; !lags() && sent < 2_000; sent += 10)
    await sayAll(conversationId, textsOf(10, '€'.repeat(limits.text - 10)))
  expect(lags()).toBe(true)
  await missed(() => sayAll(conversationId, textsOf(limits.changedRows + 1)))
  const { rev } = await say(ana, conversationId, 'after')
  await bo.heard('message.created', (change) => change.rev === rev)
  socket.resume()
  await expect.poll(() => frames.some((frame) => frame.includes('sync.hinted'))).toBe(true)
})
