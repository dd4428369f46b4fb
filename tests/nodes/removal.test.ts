import { openRoom, type Person, say, settled } from '@parley/server/testing/people'
import { afterEach, describe, expect, test } from 'vitest'
import { connect } from '../dialects/speaker.ts'
import { threeNodes } from './nodes.ts'

const nodes = threeNodes()

/** All events about a conversation that a socket received. */
const aboutIt = (person: Person, conversationId: string) =>
  (['message.created', 'message.updated', 'typing.updated', 'receipt.updated', 'conversation.updated'] as const)
    .flatMap((name): { conversationId: string; rev?: number }[] => person.all(name))
    .filter((change) => change.conversationId === conversationId)

const degraded = async () => {
  const states = async () =>
    Promise.all(
      [0, 1, 2].map(async (node) => {
        const response = await fetch(`${nodes.server().at(node).url}/readyz`)
        return ((await response.json()) as { status: string }).status
      }),
    )
  return new Set(await states())
}
const until = async (wanted: string) => {
  for (;;) {
    const found = await degraded()
    if (found.size === 1 && found.has(wanted)) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

afterEach(async () => {
  nodes.line().delay(0)
  nodes.line().cut(false)
  await until('ok')
})

describe.each([
  ['with Redis', async () => {}],
  [
    'without Redis',
    async () => {
      nodes.line().cut(true)
      await until('degraded')
    },
  ],
  ['with late hints', async () => nodes.line().delay(300)],
] as const)('%s', (_, disturb) => {
  test.each(['remove', 'leave'] as const)(
    'no event after the end of a membership reaches the user: %s',
    async (how) => {
      const [owner, writer, removed, witness] = (await Promise.all(
        [0, 2, 1, 1].map((node) => nodes.arriveAt(node)),
      )) as [Person, Person, Person, Person]
      const foreign = await nodes.server().register(`foreign-${removed.user.username}`)
      const conversationId = await openRoom(owner, [writer, removed, witness])
      await owner.ask('membership.add', { conversationId, userIds: [foreign.user.id] })
      const speaker = await connect(nodes.server().at(1), '000', foreign)
      await settled(owner, writer, removed, witness)
      await disturb()

      let isOver = false
      const chatter = (async () => {
        for (let count = 0; !isOver; count++) {
          await say(writer, conversationId, `chatter ${count}`)
          await writer.ask('typing.set', { conversationId, isTyping: count % 2 === 0 })
        }
      })()
      await say(owner, conversationId, 'before')
      const person = how === 'remove' ? owner : removed
      const left =
        how === 'remove'
          ? await person.ask('membership.remove', { conversationId, userId: removed.id })
          : await person.ask('membership.leave', { conversationId })
      await owner.ask('membership.remove', { conversationId, userId: foreign.user.id })
      await owner.ask('typing.set', { conversationId, isTyping: true })
      const secret = await say(owner, conversationId, 'secret')
      isOver = true
      await chatter
      const last = await say(owner, conversationId, 'last')

      // The witness, who stayed on the same node, received everything, so the removed user would have too.
      await witness.heard('message.created', ({ messages = [] }) => messages.some(({ id }) => id === last.id))
      await settled(removed, witness)
      const later = aboutIt(removed, conversationId).filter(({ rev = 0 }) => rev > left.membership.rev)
      expect(later).toEqual([])
      expect(removed.all('typing.updated').filter(({ userId }) => userId === owner.id)).toEqual([])
      expect(aboutIt(witness, conversationId).some(({ rev }) => rev === secret.rev)).toBe(true)
      expect(
        speaker.inbox.all('message:new').filter(({ content }) => content === 'secret' || content === 'last'),
      ).toEqual([])
      speaker.socket.close()
    },
  )
})

test('a session that is ended on one node ends on the others, with Redis and without', async () => {
  for (const isAway of [false, true]) {
    const phone = await nodes.arriveAt(0)
    const { username } = phone.user
    const body = { username, password: `password of ${username}` }
    const response = await nodes.server().at(1).rest('POST', '/sessions', { body })
    const { data } = (await response.json()) as { data: Person['signedIn'] }
    const laptop = await nodes.server().at(1).connect(data)
    await settled(phone)
    if (isAway) {
      nodes.line().cut(true)
      await until('degraded')
    }
    await phone.ask('session.revoke', { sessionId: data.sessionId })
    expect(await laptop.heard('session.ended')).toEqual({ reason: 'revoked' })
    await settled(phone)
    expect(phone.all('session.ended')).toEqual([])
  }
})

test('C6: a host ends the sessions of a user on all nodes at once, with Redis and without', async () => {
  for (const isAway of [false, true]) {
    const [ana, bo] = [await nodes.arriveAt(0), await nodes.arriveAt(2)]
    const devices = [
      ana,
      await nodes.server().at(1).connect(ana.signedIn),
      await nodes.server().at(2).connect(ana.signedIn),
    ]
    await settled(...devices, bo)
    if (isAway) {
      nodes.line().cut(true)
      await until('degraded')
    }
    await nodes.server().at(0).parley.endSessions(ana.id)
    for (const device of devices) expect(await device.heard('session.ended')).toEqual({ reason: 'revoked' })
    await settled(bo)
    expect(bo.all('session.ended')).toEqual([])
  }
})

test('a new name of a user is in their later messages on every node', async () => {
  const ana = await nodes.arriveAt(0)
  const elsewhere = await nodes.server().at(2).connect(ana.signedIn)
  const bo = await nodes.arriveAt(1)
  const conversationId = await openRoom(ana, [bo])
  await settled(ana, bo)
  await ana.ask('user.update', { displayName: 'Ana the second' })
  await elsewhere.heard('account.updated', ({ user }) => user?.displayName === 'Ana the second')
  await bo.heard('membership.updated', ({ users }) => users?.[0]?.displayName === 'Ana the second')
  const { rev } = await say(elsewhere, conversationId)
  const { users } = await bo.heard('message.created', (change) => change.rev === rev)
  expect(users?.[0]).toMatchObject({ displayName: 'Ana the second' })
  elsewhere.close()
})
