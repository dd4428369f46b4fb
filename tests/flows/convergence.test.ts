import type { DurableEventName } from '@parley/protocol'
import { startTestServer, type TestServer } from '@parley/server/testing'
import { arriveAll, enter, openDirect, openRoom, type Person, plain, say, settled } from '@parley/server/testing/people'
import { topology } from '@parley/server/testing/topology'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Action, actionsOf, perform } from './histories.ts'
import { freshDevice, observe } from './observer.ts'
import { viewOf } from './reference-device.ts'

/*
 * P9: old state + live events = fresh state; and old state + sync = fresh state. For every durable event by name, and for
 * histories that nobody has thought of.
 */

let server: TestServer
let ana: Person
let bo: Person
let cleo: Person
/** Whose devices are compared. */
let eye: Person
beforeAll(async () => {
  server = await startTestServer()
  ;[ana, bo, cleo, eye] = await arriveAll(server, 'ana', 'bo', 'cleo', 'eye')
})
afterAll(() => server.close())

interface Scene {
  room: string
  /** A message of `ana`, and one of `eye`. */
  messageId: string
  ownId: string
}

/** What makes each durable event, seen from `eye`. */
const causes: Record<DurableEventName, Record<string, (scene: Scene) => Promise<unknown>>> = {
  'conversation.updated': {
    'a new name': ({ room }) => ana.ask('conversation.update', { conversationId: room, name: 'New', topic: 'New' }),
    'no topic any more': ({ room }) => ana.ask('conversation.update', { conversationId: room, topic: null }),
    'open to all': ({ room }) => ana.ask('conversation.update', { conversationId: room, visibility: 'public' }),
  },
  'membership.joined': {
    'somebody is added': ({ room }) => ana.ask('membership.add', { conversationId: room, userIds: [cleo.id] }),
    'an invitation is accepted': async ({ room }) => {
      await ana.ask('membership.invite', { conversationId: room, userIds: [cleo.id] })
      await cleo.ask('membership.join', { conversationId: room })
    },
    'somebody comes back': async ({ room }) => {
      await bo.ask('membership.leave', { conversationId: room })
      await ana.ask('membership.add', { conversationId: room, userIds: [bo.id] })
    },
  },
  'membership.left': {
    'somebody leaves': ({ room }) => bo.ask('membership.leave', { conversationId: room }),
    'somebody is removed': ({ room }) => ana.ask('membership.remove', { conversationId: room, userId: bo.id }),
    'somebody is banned': ({ room }) =>
      ana.ask('membership.remove', { conversationId: room, userId: bo.id, ban: true }),
    'an invitation is declined': async ({ room }) => {
      await ana.ask('membership.invite', { conversationId: room, userIds: [cleo.id] })
      await cleo.ask('membership.leave', { conversationId: room })
    },
  },
  'membership.updated': {
    'somebody is invited': ({ room }) => ana.ask('membership.invite', { conversationId: room, userIds: [cleo.id] }),
    'another’s role changes': ({ room }) =>
      ana.ask('membership.setRole', { conversationId: room, userId: bo.id, role: 'admin' }),
    'one’s own role changes': ({ room }) =>
      ana.ask('membership.setRole', { conversationId: room, userId: eye.id, role: 'admin' }),
    'somebody has a new name': () =>
      bo.ask('user.update', { displayName: `Bo ${Math.random()}`, avatarUrl: '/bo.png' }),
  },
  'message.created': {
    'another writes': ({ room }) => say(bo, room),
    'one writes oneself, on another device': async ({ room }) => say(await enter(server, eye.signedIn), room),
    'many write at once': ({ room }) => Promise.all([ana, bo, eye, ana, bo].map((person) => say(person, room))),
  },
  'message.updated': {
    'another edits': ({ messageId }) => ana.ask('message.edit', { messageId, body: plain('edited') }),
    'one edits oneself, twice': async ({ ownId }) => {
      await eye.ask('message.edit', { messageId: ownId, body: plain('edited') })
      await eye.ask('message.edit', { messageId: ownId, body: plain('edited again') })
    },
  },
  'message.deleted': {
    'another deletes': ({ messageId }) => ana.ask('message.delete', { messageId }),
    'a moderator deletes what one said': ({ ownId }) => ana.ask('message.delete', { messageId: ownId }),
    'what was edited is deleted': async ({ messageId }) => {
      await ana.ask('message.edit', { messageId, body: plain('edited') })
      await ana.ask('message.delete', { messageId })
    },
  },
  'account.updated': {
    'one reads on another device': async ({ room }) =>
      (await enter(server, eye.signedIn)).ask('receipt.read', { conversationId: room, seq: 2 }),
    'one is invited': async () => {
      const other = await openRoom(ana)
      await ana.ask('membership.invite', { conversationId: other, userIds: [eye.id] })
    },
    'the room one is invited to has a new name': async () => {
      const other = await openRoom(ana)
      await ana.ask('membership.invite', { conversationId: other, userIds: [eye.id] })
      await ana.ask('conversation.update', { conversationId: other, name: 'New name' })
    },
    'one is brought into a new room with much in it': async () => {
      const other = await openRoom(ana, [bo])
      for (let i = 0; i < 5; i++) await say(bo, other)
      await ana.ask('membership.add', { conversationId: other, userIds: [eye.id] })
      await say(ana, other)
    },
    'somebody opens a direct conversation and writes': async () => say(cleo, await openDirect(cleo, eye)),
    'one is removed': ({ room }) => ana.ask('membership.remove', { conversationId: room, userId: eye.id }),
    'one is removed, misses something, and comes back': async ({ room, messageId }) => {
      await ana.ask('membership.remove', { conversationId: room, userId: eye.id })
      await ana.ask('message.delete', { messageId })
      await say(bo, room, 'missed')
      await ana.ask('conversation.update', { conversationId: room, name: 'Missed' })
      await ana.ask('membership.add', { conversationId: room, userIds: [eye.id] })
      await say(bo, room, 'back')
    },
    'one has a new name': () => eye.ask('user.update', { displayName: `Eye ${Math.random()}` }),
  },
}

async function setScene(): Promise<Scene> {
  const room = await openRoom(ana, [bo, eye], { topic: 'Old' })
  const { id: messageId } = await say(ana, room)
  const { id: ownId } = await say(eye, room)
  await say(bo, room)
  return { room, messageId, ownId }
}

const cases = Object.entries(causes).flatMap(([name, ways]) =>
  Object.entries(ways).map(([way, cause]) => [name as DurableEventName, way, cause] as const),
)

describe.each(cases)('%s: %s', (name, _, cause) => {
  test('live, it leads to the same as beginning anew', async () => {
    const scene = await setScene()
    const device = await enter(server, eye.signedIn)
    const observer = observe(device)
    await observer.start()
    const heard = device.all(name).length
    await cause(scene)
    const live = await observer.state()
    expect(device.all(name).length).toBeGreaterThan(heard)
    expect(observer.hasGap()).toBe(false)
    expect(viewOf(live)).toEqual(viewOf(await freshDevice(eye)))
    device.close()
  })

  test('missed, a sync from the old positions leads to the same as beginning anew', async () => {
    const scene = await setScene()
    const device = await enter(server, eye.signedIn)
    const observer = observe(device)
    await observer.start()
    const before = viewOf(await observer.state())
    observer.drop(true)
    await cause(scene)
    expect(viewOf(await observer.state())).toEqual(before)
    const synced = viewOf(await observer.catchUp())
    expect(synced).not.toEqual(before)
    expect(synced).toEqual(viewOf(await freshDevice(eye)))
    device.close()
  })
})

describe('random histories', () => {
  // The rules are the same everywhere; through Redis only the way is longer.
  const numRuns = ['sqlite', 'postgres'].includes(topology().name) ? 40 : 8
  const run = async (actions: Action[], isHeard: (index: number) => boolean) => {
    const people = await arriveAll(server, 'one', 'two', 'three', 'four')
    const [one, two, three, watched] = people
    const rooms = [
      await openRoom(one, [two, three, watched], { visibility: 'public' }),
      await openRoom(two, [watched]),
      await openDirect(one, watched),
    ]
    const device = await enter(server, watched.signedIn)
    const observer = observe(device)
    await observer.start()
    for (const [index, action] of actions.entries()) {
      observer.drop(!isHeard(index))
      await perform(people, rooms, action)
      // What was sent while the line was up or down has arrived before it changes.
      await settled(device)
    }
    observer.drop(false)
    const end = () => {
      for (const person of [...people, device]) person.close()
    }
    return { observer, fresh: () => freshDevice(watched), end }
  }

  test('heard live to the end, lead to the same as beginning anew, without a single sync', async () => {
    await fc.assert(
      fc.asyncProperty(actionsOf(30), async (actions) => {
        const { observer, fresh, end } = await run(actions, () => true)
        const live = await observer.state()
        expect(observer.hasGap()).toBe(false)
        expect(viewOf(live)).toEqual(viewOf(await fresh()))
        end()
      }),
      { numRuns },
    )
  })

  test('heard in part, and caught up with now and then, lead to the same too', async () => {
    await fc.assert(
      fc.asyncProperty(actionsOf(30), fc.infiniteStream(fc.boolean()), async (actions, coin) => {
        const heard = actions.map(() => coin.next().value === true)
        const { observer, fresh, end } = await run(actions, (index) => heard[index] === true)
        expect(viewOf(await observer.catchUp())).toEqual(viewOf(await fresh()))
        end()
      }),
      { numRuns },
    )
  })
})
