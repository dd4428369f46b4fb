import type { ConversationChange } from '@parley/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { arriveAll, enter, openRoom, type Person, plain, refusalOf, say, settled } from '../../testing/people.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

let server: TestServer
let owner: Person
let writers: Person[]
let gone: Person
let devices: Person[]
beforeAll(async () => {
  server = await startTestServer()
  ;[owner, gone, ...writers] = await arriveAll(server, 'owner', 'gone', 'writer', 'writer', 'writer', 'writer')
  devices = [gone, await enter(server, gone.signedIn), await enter(server, gone.signedIn)]
})
afterAll(() => server.close())

const durable = [
  'message.created',
  'message.updated',
  'message.deleted',
  'conversation.updated',
  'membership.joined',
  'membership.left',
  'membership.updated',
] as const

const durableHeardBy = (person: Person, conversationId: string): ConversationChange[] =>
  durable.flatMap((name) => person.all(name)).filter((change) => change.conversationId === conversationId)

type End = (conversationId: string) => Promise<{ membership: { rev: number } }>

const ends: Record<string, End> = {
  removed: (conversationId) => owner.ask('membership.remove', { conversationId, userId: gone.id }),
  banned: (conversationId) => owner.ask('membership.remove', { conversationId, userId: gone.id, ban: true }),
  'gone by themselves': (conversationId) => gone.ask('membership.leave', { conversationId }),
}

/** Everything that may be heard in a room, done by a writer. */
async function stir(writer: Person, conversationId: string): Promise<void> {
  const message = await say(writer, conversationId, 'stir')
  await Promise.all([
    writer.ask('message.edit', { messageId: message.id, body: plain('stirred') }),
    writer.ask('typing.set', { conversationId, isTyping: true }),
    writer.ask('receipt.read', { conversationId, seq: message.seq }),
    say(writer, conversationId, 'stir again'),
    writer.ask('presence.set', { status: 'busy' }),
    writer.ask('presence.set', { status: 'online' }),
  ])
  await writer.ask('message.delete', { messageId: message.id })
}

test.each(Object.entries(ends))(
  'a user who is %s gets no later event on any device, even while many are being sent',
  async (_, end) => {
    for (let trial = 0; trial < 12; trial++) {
      const conversationId = await openRoom(owner, [gone, ...writers])
      for (const device of devices) await device.ask('presence.watch', { userIds: writers.map(({ id }) => id) })
      const during = writers
        .slice(0, 3)
        .flatMap((writer) => [stir(writer, conversationId), stir(writer, conversationId)])
      const { membership } = await end(conversationId)

      // From here on all are another's: a writer who did nothing before, so that not even a signal may be from before.
      const heardBefore = devices.map((device) => device.all('presence.updated').length)
      const late = writers[3] as Person
      await Promise.all([...during, stir(late, conversationId)])
      await owner.ask('conversation.update', { conversationId, name: `Without you ${trial}` })
      await settled(owner, ...writers, ...devices)

      const last = (await owner.ask('conversation.get', { conversationId })).summary
      for (const [index, device] of devices.entries()) {
        const later = durableHeardBy(device, conversationId).filter(({ rev }) => rev >= membership.rev)
        expect(later).toEqual([])
        const typing = device.all('typing.updated').filter((told) => told.conversationId === conversationId)
        expect(typing.filter(({ userId }) => userId === late.id)).toEqual([])
        const read = device.all('receipt.updated').filter((told) => told.conversationId === conversationId)
        expect(read.flatMap(({ receipts }) => receipts).filter(({ userId }) => userId === late.id)).toEqual([])
        const presence = device.all('presence.updated').slice(heardBefore[index])
        expect(presence.filter(({ userId }) => userId === late.id)).toEqual([])
        expect(JSON.stringify(durableHeardBy(device, conversationId))).not.toContain(`Without you ${trial}`)
      }
      const heard = durableHeardBy(owner, conversationId).map(({ rev }) => rev)
      expect(heard.sort((a, b) => a - b)).toEqual(Array.from({ length: last.rev }, (__, i) => i + 1))
    }
  },
)

test('a removed user cannot find anything of the room by any operation or by an earlier position', async () => {
  const conversationId = await openRoom(owner, [gone])
  const { id: messageId } = await say(owner, conversationId, 'before')
  const { epoch, account } = await gone.ask('sync.run', {})
  const { membership } = await owner.ask('membership.remove', { conversationId, userId: gone.id })
  await say(owner, conversationId, 'after')

  const asked: [string, object][] = [
    ['conversation.get', { conversationId }],
    ['message.page', { conversationId }],
    ['message.get', { messageId }],
    ['membership.list', { conversationId }],
    ['receipt.read', { conversationId, seq: 2 }],
    ['receipt.delivered', { conversationId, seq: 2 }],
    ['typing.set', { conversationId, isTyping: true }],
  ]
  for (const [name, input] of asked) {
    expect(await refusalOf(gone, name, input)).toMatchObject({ code: 'not_found' })
    expect(await refusalOf(owner, name, input)).toBeUndefined()
  }
  const { summaries } = await gone.ask('conversation.list', {})
  expect(summaries.map(({ conversation }) => conversation.id)).not.toContain(conversationId)

  const positions = [{ conversationId, rev: 1 }]
  const answer = await gone.ask('sync.run', { epoch, rev: account.rev, positions })
  expect(answer).toMatchObject({
    reset: false,
    changes: [],
    resets: [],
    account: { memberships: [membership], summaries: [] },
  })
  expect(JSON.stringify(await gone.ask('sync.run', {}))).not.toContain(conversationId)
})

test('removed users get one event on each device, and can join again with all of the history', async () => {
  const conversationId = await openRoom(owner, [gone])
  await owner.ask('membership.remove', { conversationId, userId: gone.id })
  for (const device of devices) {
    const told = await device.heard(
      'account.updated',
      ({ memberships: [own] }) => own?.conversationId === conversationId && own.state === 'removed',
    )
    expect(told).toMatchObject({ summaries: [] })
  }
  await owner.ask('membership.add', { conversationId, userIds: [gone.id] })
  const message = await say(owner, conversationId, 'welcome back')
  for (const device of devices)
    await device.heard('message.created', ({ messages }) => messages?.[0]?.id === message.id)
})
