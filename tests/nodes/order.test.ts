import { arrive, newName, openRoom, type Person, say, settled } from '@parley/server/testing/people'
import { expect, test } from 'vitest'
import { connect } from '../dialects/speaker.ts'
import { threeNodes } from './nodes.ts'

const nodes = threeNodes()

const seqsHeard = (person: Person, conversationId: string) =>
  person
    .all('message.created')
    .filter((change) => change.conversationId === conversationId)
    .flatMap((change) => change.messages ?? [])
    .map(({ seq }) => seq)

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

test('messages of many users on three nodes at once arrive in one order everywhere, without a gap', async () => {
  const people = await Promise.all([0, 1, 2, 0, 1, 2].map((node) => nodes.arriveAt(node)))
  const [owner, ...others] = people as [Person, ...Person[]]
  const foreigners = await Promise.all(
    [0, 1, 2].map(async (node) => {
      const signedIn = await nodes.server().register(`foreign-${node}`)
      return { node, signedIn }
    }),
  )
  const members = [...others.map(({ id }) => id), ...foreigners.map(({ signedIn }) => signedIn.user.id)]
  const room = { name: 'Kitchen', visibility: 'private' as const, userIds: members }
  const conversationId = (await owner.ask('conversation.create', room)).summary.conversation.id
  const speakers = await Promise.all(
    foreigners.map(({ node, signedIn }) => connect(nodes.server().at(node), '000', signedIn)),
  )
  await settled(...people)

  const each = 30
  await Promise.all(
    people.map(async (person, index) => {
      for (let sent = 0; sent < each; sent++) await say(person, conversationId, `${index}:${sent}`)
    }),
  )
  await settled(...people)
  const all = upTo(each * people.length)
  for (const person of people) expect(seqsHeard(person, conversationId)).toEqual(all)

  const page = async (before?: number) =>
    (await owner.ask('message.page', { conversationId, limit: 100, before })).messages
  const last = await page()
  const texts = [...(await page(last[0]?.seq)), ...last].map(({ body }) => body?.kind === 'plain' && body.text)
  for (const speaker of speakers) {
    await speaker.inbox.next('message:new', { content: texts.at(-1) })
    expect(speaker.inbox.all('message:new').map(({ content }) => content)).toEqual(texts)
    speaker.socket.close()
  }
})

test('a user who is added on one node gets a message that is sent on another, either by event or in the summary', async () => {
  const [ana, bo, cleo] = await Promise.all([0, 1, 2].map((node) => nodes.arriveAt(node)))
  if (!ana || !bo || !cleo) throw new Error('nobody came')
  const conversationId = await openRoom(ana, [bo])
  await bo.heard('account.updated', ({ summaries }) => summaries.length > 0)
  await ana.ask('membership.add', { conversationId, userIds: [cleo.id] })
  const { rev } = (await say(bo, conversationId)) as { rev: number }
  const { summaries } = await cleo.heard('account.updated', (change) => change.summaries.length > 0)
  await settled(cleo)
  // From the summary on, nothing is missing.
  const revs = cleo.all('message.created').map((change) => change.rev)
  const shown = summaries[0]?.rev ?? 0
  expect(shown >= rev || revs.includes(rev) || cleo.all('sync.hinted').length > 0).toBe(true)
})

test('typing on one node reaches members on other nodes, and no other users', async () => {
  const [ana, bo, stranger] = await Promise.all([0, 1, 2].map((node) => nodes.arriveAt(node)))
  if (!ana || !bo || !stranger) throw new Error('nobody came')
  const conversationId = await openRoom(ana, [bo])
  await settled(bo)
  await ana.ask('typing.set', { conversationId, isTyping: true })
  expect(await bo.heard('typing.updated')).toMatchObject({ userId: ana.id, isTyping: true })
  await settled(bo, stranger)
  expect(stranger.all('typing.updated')).toEqual([])
  expect(bo.all('typing.updated')).toHaveLength(1)
})

test('the read position that a user sends over one node reaches their socket on another', async () => {
  const ana = await nodes.arriveAt(0)
  const bo = await nodes.arriveAt(1)
  const phone = await nodes.server().at(2).connect(bo.signedIn)
  const conversationId = await openRoom(ana, [bo])
  const { seq } = await say(ana, conversationId)
  await bo.ask('receipt.read', { conversationId, seq })
  const read = await phone.heard('account.updated', ({ memberships }) => memberships[0]?.readSeq === seq)
  expect(read.memberships[0]).toMatchObject({ userId: bo.id })
  phone.close()
})

test('a message that is sent again on another node is stored once', async () => {
  const ana = await nodes.arriveAt(0)
  const there = await nodes.server().at(1).connect(ana.signedIn)
  const bo = await arrive(nodes.server().at(2))
  const conversationId = await openRoom(ana, [bo])
  const message = { conversationId, id: crypto.randomUUID(), body: { kind: 'plain', text: 'once' } as const }
  const sent = { ...message, id: (await say(ana, conversationId)).id, body: { kind: 'plain', text: 'Hello' } as const }
  const again = await there.ask('message.send', sent)
  expect(again.message.seq).toBe(1)
  await settled(bo)
  expect(seqsHeard(bo, conversationId)).toEqual([1])
  there.close()
})

test('a user who is added to a room while their socket connects receives its messages', async () => {
  const ana = await nodes.arriveAt(0)
  const signedIn = await nodes.server().register(newName())
  // Redis answers the node late: the socket is connected, and the other nodes do not know of it yet.
  nodes.line().delay(300)
  const bo = await nodes.server().at(1).connect(signedIn)
  const { summary } = await ana.ask('conversation.create', { name: 'Kitchen', userIds: [signedIn.user.id] })
  const conversationId = summary.conversation.id
  await bo.ask('user.me', {})
  nodes.line().delay(0)
  const { rev } = await say(ana, conversationId)
  await bo.heard('message.created', (change) => change.conversationId === conversationId && change.rev === rev)
  bo.close()
})
