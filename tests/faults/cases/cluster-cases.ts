import { setTimeout as wait } from 'node:timers/promises'
import type { FaultCase } from '../rig/run-case.ts'
import type { World } from '../rig/world.ts'
import { again } from './again.ts'

export const onCluster = { topology: 'cluster', rounds: { short: 2, long: 20 }, crowd: { guests: 3 } } as const

/** A killed node cannot say goodbye for its people: so long may it take until the others are told. */
const mostOfflineMs = 30_000

const someNode = (world: World) => world.random.whole(0, world.nodes.length)
const nodeAt = (world: World, i: number) => world.nodes[i] as World['node']

/** Without Redis, or with a node cut off from it, people write as ever. */
const andWriteOn = (spoil: (world: World) => Promise<void> | void) => async (world: World) => {
  await spoil(world)
  await world.acknowledgedAgain()
}

const killOneOfThree: FaultCase = {
  ...onCluster,
  name: 'kill -9 of one of three nodes',
  run: async (world, rounds) => {
    for (let i = 0; i < rounds; i += 1) {
      await world.last(500, 1_500)
      await world.untilUnderWay()
      const node = nodeAt(world, someNode(world))
      // Its clients go to the others, and hear live there.
      await world.suffer(async () => void (await node.kill()))
      await world.suffer(async () => void (await node.start()))
    }
  },
}

const offlineOfAKilled: FaultCase = {
  ...onCluster,
  name: 'the people of a killed node',
  rounds: { short: 1, long: 5 },
  run: async (world, rounds) => {
    for (let i = 0; i < rounds; i += 1) {
      await world.last(500, 1_500)
      await seeThemLeave(world, someNode(world))
    }
  },
}

/** Kills a node whose people go nowhere else; somebody on another node must be told of each that they are offline. */
const seeThemLeave = async (world: World, number: number) => {
  const { crowd, recorder, notes } = world
  const node = nodeAt(world, number)
  const ownPort = world.wireTo(number).port
  const theirs = crowd.regulars.filter(({ account }) => account.port === ownPort)
  const watcher = crowd.raw.find(({ account }) => account.port !== ownPort)
  const awaited = new Set(theirs.map(({ userId }) => userId))
  world.bound.add(number)
  world.wireTo(number).cutOnce()
  await world.liveAgain()
  const began = performance.now()
  await node.kill()
  if (watcher) {
    watcher.onPresence = (userId, status) => {
      if (status === 'offline') awaited.delete(userId)
    }
  }
  while (awaited.size > 0 && performance.now() - began < mostOfflineMs) await wait(50)
  if (awaited.size > 0)
    recorder.failures.push(`${awaited.size} of a killed node's people were still online after 30 s.`)
  notes.push(`offline after ${((performance.now() - began) / 1_000).toFixed(1)} s`)
  world.bound.delete(number)
  await world.suffer(async () => void (await node.start()))
}

const oneWire = (spoil: (wire: World['wires'][number]) => void) => (world: World) => {
  const wire = world.redis.wires[someNode(world)]
  if (wire) spoil(wire)
}
const mendWires = ({ redis }: World) => {
  for (const wire of redis.wires) wire.restore()
}

export const clusterCases: readonly FaultCase[] = [
  killOneOfThree,
  offlineOfAKilled,
  {
    ...onCluster,
    name: 'Redis killed',
    isShort: true,
    run: again(
      500,
      3_000,
      andWriteOn(({ redis }) => redis.server.kill()),
      ({ redis }) => redis.server.start(),
    ),
  },
  {
    ...onCluster,
    name: 'Redis paused for 10 s',
    rounds: { short: 1, long: 10 },
    run: again(
      10_000,
      10_000,
      andWriteOn(({ redis }) => redis.server.pause()),
      ({ redis }) => redis.server.resume(),
    ),
  },
  {
    ...onCluster,
    name: 'Redis flushed',
    run: again(
      0,
      1_000,
      andWriteOn(({ redis }) => redis.server.command('FLUSHALL')),
      () => {},
    ),
  },
  {
    ...onCluster,
    name: 'one node cut off from Redis',
    run: again(1_000, 4_000, andWriteOn(oneWire((wire) => wire.cut())), mendWires),
  },
  {
    ...onCluster,
    name: 'one node that Redis does not hear',
    rounds: { short: 1, long: 10 },
    run: again(4_000, 8_000, andWriteOn(oneWire((wire) => wire.hold('up'))), mendWires),
  },
  {
    ...onCluster,
    name: 'one node that does not hear Redis',
    rounds: { short: 1, long: 10 },
    run: again(4_000, 8_000, andWriteOn(oneWire((wire) => wire.hold('down'))), mendWires),
  },
]
