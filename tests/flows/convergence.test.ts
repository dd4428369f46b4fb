import { type DurableEventName, eventNames, events } from '@parley/protocol'
import { arriveAll, enter, openDirect, openRoom, type Person, say, settled } from '@parley/server/testing/people'
import { serverWithPeople } from '@parley/server/testing/server-with-people'
import { topology } from '@parley/server/testing/topology'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { features } from './features/index.ts'
import type { Scene } from './flow-feature.ts'
import { type Action, actionsOf, perform } from './histories.ts'
import { freshDevice, observe } from './observer.ts'
import { viewOf } from './reference-device.ts'

/*
 * P9: old state + live events = fresh state; and old state + sync = fresh state. For every durable event by name, and for
 * random histories.
 */

/**
 * A node of a cluster may deliver an event of a conversation before the news that a user joined it: that of another node,
 * or its own while it compares this user's position with the database. Then it tells their devices to sync. A server
 * without Redis never needs that.
 */
const mayBeToldToSync = topology().name.includes('nodes')
const hintsTo = (device: Person) => (mayBeToldToSync ? [] : device.all('sync.hinted'))

/** The devices of `eye` are compared. */
const { server, ana, bo, cleo, eye } = serverWithPeople(['ana', 'bo', 'cleo', 'eye'])

async function setScene(): Promise<Scene> {
  const room = await openRoom(ana, [bo, eye], { topic: 'Old' })
  const { id: messageId } = await say(ana, room)
  const { id: ownId } = await say(eye, room)
  await say(bo, room)
  return { server, ana, bo, cleo, eye, room, messageId, ownId }
}

/** Makes `eye` leave the room: each device loads all rooms of its user, so those of earlier cases would add up. */
async function endScene({ room }: Scene): Promise<void> {
  await eye.reply('membership.leave', { conversationId: room })
}

const cases = features.flatMap(({ causes = {} }) =>
  Object.entries(causes).flatMap(([name, ways]) =>
    Object.entries(ways).map(([way, cause]) => [name as DurableEventName, way, cause] as const),
  ),
)

test('every durable event is tried', () => {
  const tried = new Set<string>(cases.map(([name]) => name))
  expect(eventNames.filter((name) => events[name].durable && !tried.has(name))).toEqual([])
})

describe.each(cases)('%s: %s', (name, _, cause) => {
  test('a device that received it and one that missed it and synced have the same state as a new one', async () => {
    const scene = await setScene()
    const [listening, away] = [await enter(server, eye.signedIn), await enter(server, eye.signedIn)]
    const [live, late] = [observe(listening), observe(away)]
    await Promise.all([live.start(), late.start()])
    const before = viewOf(await late.state())
    late.drop(true)
    const heard = listening.all(name).length
    await cause(scene)
    const fresh = viewOf(await freshDevice(eye))
    expect(viewOf(await live.state())).toEqual(fresh)
    expect(listening.all(name).length).toBeGreaterThan(heard)
    expect([live.hasGap(), hintsTo(listening)]).toEqual([false, []])
    expect(viewOf(await late.state())).toEqual(before)
    expect(fresh).not.toEqual(before)
    expect(viewOf(await late.catchUp())).toEqual(fresh)
    for (const device of [listening, away]) device.close()
    await endScene(scene)
  })
})

describe('random histories', () => {
  // Fewer runs for the slower topologies: the rules are the same in all of them.
  const numRuns = { sqlite: 40, postgres: 15 }[topology().name] ?? 8
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
      // Events that were sent before the observer drops or stops dropping have arrived before it does.
      await settled(device)
    }
    observer.drop(false)
    const end = () => {
      for (const person of [...people, device]) person.close()
    }
    return { observer, hints: () => hintsTo(device), fresh: () => freshDevice(watched), end }
  }

  test('received live give the same state as a new device, without a sync', async () => {
    await fc.assert(
      fc.asyncProperty(actionsOf(30), async (actions) => {
        const { observer, hints, fresh, end } = await run(actions, () => true)
        const live = await observer.state()
        expect([observer.hasGap(), hints()]).toEqual([false, []])
        expect(viewOf(live)).toEqual(viewOf(await fresh()))
        end()
      }),
      { numRuns },
    )
  })

  test('received in part, with a sync at the end, give the same state as a new device', async () => {
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
