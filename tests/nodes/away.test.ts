import { openRoom, type Person, say, settled } from '@parley/server/testing/people'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { connect } from '../dialects/speaker.ts'
import { threeNodes } from './nodes.ts'

const nodes = threeNodes()

let ana: Person
let bo: Person
let conversationId: string
beforeAll(async () => {
  ana = await nodes.arriveAt(0, 'ana')
  bo = await nodes.arriveAt(1, 'bo')
})
beforeEach(async () => {
  conversationId = await openRoom(ana, [bo])
  await say(ana, conversationId, 'before')
  await heard(bo, 'before')
})

const textsOf = (person: Person) =>
  person
    .all('message.created')
    .filter((change) => change.conversationId === conversationId)
    .flatMap(({ messages = [] }) => messages.map(({ body }) => (body?.kind === 'plain' ? body.text : '')))

const heard = (person: Person, text: string) =>
  person.heard(
    'message.created',
    ({ messages = [], conversationId: id }) =>
      id === conversationId && messages.some(({ body }) => body?.kind === 'plain' && body.text === text),
  )

const status = async (node: number) => {
  const response = await fetch(`${nodes.server().at(node).url}/readyz`)
  return [response.status, ((await response.json()) as { status: string }).status]
}

/** Asks `/readyz` of the node until it has this status. */
const until = async (node: number, wanted: string) => {
  while ((await status(node))[1] !== wanted) await new Promise((resolve) => setTimeout(resolve, 20))
}

test('while Redis is dead, sends are acknowledged and reach other nodes, which report as degraded until Redis is back', async () => {
  const foreigner = await nodes.server().register('speaker')
  await ana.ask('membership.add', { conversationId, userIds: [foreigner.user.id] })
  const speaker = await connect(nodes.server().at(2), '000', foreigner)
  await settled(bo)

  await nodes.redis().kill()
  await Promise.all([0, 1, 2].map((node) => until(node, 'degraded')))
  expect(await status(1)).toEqual([200, 'degraded'])
  await say(ana, conversationId, 'while it is away')
  await heard(bo, 'while it is away')
  await speaker.inbox.next('message:new', { content: 'while it is away' })
  await say(bo, conversationId, 'from there')
  await heard(ana, 'from there')

  await nodes.redis().start()
  await Promise.all([0, 1, 2].map((node) => until(node, 'ok')))
  await say(ana, conversationId, 'after')
  await heard(bo, 'after')
  await speaker.inbox.next('message:new', { content: 'after' })
  await settled(ana, bo)
  const all = ['before', 'while it is away', 'from there', 'after']
  expect([textsOf(ana), textsOf(bo)]).toEqual([all, all])
  expect(speaker.inbox.all('message:new').map(({ content }) => content)).toEqual(all.slice(1))
  speaker.socket.close()
})

test('while Redis is unreachable, edits and deletions reach other nodes without a gap, each rev once', async () => {
  nodes.line().cut(true)
  await Promise.all([0, 1].map((node) => until(node, 'degraded')))
  const kept = await say(ana, conversationId, 'kept')
  const edited = await say(ana, conversationId, 'draft')
  const deleted = await say(ana, conversationId, 'gone')
  await ana.ask('message.edit', { messageId: edited.id, body: { kind: 'plain', text: 'final' } })
  await ana.ask('message.delete', { messageId: deleted.id })
  const { rev } = (await ana.ask('conversation.get', { conversationId })).summary
  const names = ['message.created', 'message.updated', 'message.deleted', 'conversation.updated'] as const
  const revs = () =>
    names.flatMap((name) =>
      bo.all(name).flatMap((change) => (change.conversationId === conversationId ? change.rev : [])),
    )
  await Promise.race(names.map((name) => bo.heard(name, (change) => change.rev === rev)))
  nodes.line().cut(false)
  await Promise.all([0, 1].map((node) => until(node, 'ok')))
  await settled(bo)
  expect(revs().sort((a, b) => a - b)).toEqual(Array.from({ length: rev - 1 }, (_, index) => index + 2))
  const last = new Map(
    names.flatMap((name) => bo.all(name).flatMap(({ messages = [] }) => messages)).map((row) => [row.id, row]),
  )
  const page = await bo.ask('message.page', { conversationId, limit: 10 })
  for (const { id } of [kept, edited, deleted]) expect(last.get(id)).toEqual(page.messages.find((row) => row.id === id))
})

test('nodes notice a Redis that hangs, and use it again once it answers', async () => {
  nodes.redis().pause()
  await Promise.all([0, 1, 2].map((node) => until(node, 'degraded')))
  await say(ana, conversationId, 'while it hangs')
  await heard(bo, 'while it hangs')
  nodes.redis().resume()
  await Promise.all([0, 1, 2].map((node) => until(node, 'ok')))
  await say(ana, conversationId, 'after')
  await heard(bo, 'after')
  await settled(bo)
  expect(textsOf(bo)).toEqual(['before', 'while it hangs', 'after'])
})

test('a device that connects while Redis is unreachable receives messages from then on', async () => {
  nodes.line().cut(true)
  await Promise.all([0, 1, 2].map((node) => until(node, 'degraded')))
  const cleo = await nodes.arriveAt(2, 'cleo')
  await ana.ask('membership.add', { conversationId, userIds: [cleo.id] })
  const late = await nodes.server().at(2).connect(cleo.signedIn)
  await late.ask('user.me', {})
  const { rev } = await say(ana, conversationId, 'hello cleo')
  await late.heard('message.created', (change) => change.rev === rev)
  await cleo.heard('account.updated', ({ summaries }) => summaries.length > 0)
  nodes.line().cut(false)
  await Promise.all([0, 1, 2].map((node) => until(node, 'ok')))
  late.close()
})
