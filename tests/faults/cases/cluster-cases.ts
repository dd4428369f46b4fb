import { setTimeout as wait } from 'node:timers/promises'
import type { FaultCase } from '../rig/run-case.ts'
import type { World } from '../rig/world.ts'
import { repeatFault } from './repeated-fault.ts'

/** What the cases on three nodes have in common. */
export const onCluster = { topology: 'cluster', rounds: { short: 2, long: 20 }, crowd: { guests: 3 } } as const

/** A killed node cannot report its users as offline. The other nodes must do so within this time. */
const mostOfflineMs = 30_000

const someNode = (world: World) => world.random.whole(0, world.nodes.length)
const nodeAt = (world: World, i: number) => world.nodes[i] as World['node']

/** Begins a fault and checks that users can still write: without Redis, or with a node cut off from it. */
const andWriteOn = (begin: (world: World) => Promise<void> | void) => async (world: World) => {
  await begin(world)
  await world.untilAcknowledged()
}

const killOneOfThree: FaultCase = {
  ...onCluster,
  name: 'kill -9 of one of three nodes',
  run: async (world, rounds) => {
    for (let i = 0; i < rounds; i += 1) {
      await world.waitBetween(500, 1_500)
      await world.untilUnderWay()
      const node = nodeAt(world, someNode(world))
      // Its clients connect to the other nodes, and receive live events there.
      await world.inject(async () => void (await node.kill()))
      await world.inject(async () => void (await node.start()))
    }
  },
}

const offlineOfAKilled: FaultCase = {
  ...onCluster,
  name: 'the users of a killed node',
  rounds: { short: 1, long: 5 },
  run: async (world, rounds) => {
    for (let i = 0; i < rounds; i += 1) {
      await world.waitBetween(500, 1_500)
      await seeThemLeave(world, someNode(world))
    }
  },
}

/**
 * Kills a node whose users connect to no other; a watcher on another node must be told that each of them is offline.
 */
const seeThemLeave = async (world: World, number: number) => {
  const { crowd, recorder, notes } = world
  const node = nodeAt(world, number)
  const ownPort = world.wireTo(number).port
  const theirs = crowd.regulars.filter(({ account }) => account.port === ownPort)
  const watcher = crowd.raw.find(({ account }) => account.port !== ownPort)
  const awaited = new Set(theirs.map(({ userId }) => userId))
  world.bound.add(number)
  world.wireTo(number).cutOnce()
  await world.untilLive()
  const began = performance.now()
  await node.kill()
  if (watcher) {
    watcher.onPresence = (userId, status) => {
      if (status === 'offline') awaited.delete(userId)
    }
  }
  while (awaited.size > 0 && performance.now() - began < mostOfflineMs) await wait(50)
  if (awaited.size > 0) recorder.failures.push(`${awaited.size} users of a killed node were still online after 30 s.`)
  notes.push(`offline after ${((performance.now() - began) / 1_000).toFixed(1)} s`)
  world.bound.delete(number)
  await world.inject(async () => void (await node.start()))
}

const oneWire = (begin: (wire: World['wires'][number]) => void) => (world: World) => {
  const wire = world.redis.wires[someNode(world)]
  if (wire) begin(wire)
}
const restoreWires = ({ redis }: World) => {
  for (const wire of redis.wires) wire.restore()
}

export const clusterCases: readonly FaultCase[] = [
  killOneOfThree,
  offlineOfAKilled,
  {
    ...onCluster,
    name: 'Redis killed',
    isShort: true,
    run: repeatFault(
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
    run: repeatFault(
      10_000,
      10_000,
      andWriteOn(({ redis }) => redis.server.pause()),
      ({ redis }) => redis.server.resume(),
    ),
  },
  {
    ...onCluster,
    name: 'Redis flushed',
    run: repeatFault(
      0,
      1_000,
      andWriteOn(({ redis }) => redis.server.command('FLUSHALL')),
      () => {},
    ),
  },
  {
    ...onCluster,
    name: 'one node cut off from Redis',
    run: repeatFault(1_000, 4_000, andWriteOn(oneWire((wire) => wire.cut())), restoreWires),
  },
  {
    ...onCluster,
    name: 'one node whose packets do not reach Redis',
    rounds: { short: 1, long: 10 },
    run: repeatFault(4_000, 8_000, andWriteOn(oneWire((wire) => wire.hold('up'))), restoreWires),
  },
  {
    ...onCluster,
    name: 'one node that no packets of Redis reach',
    rounds: { short: 1, long: 10 },
    run: repeatFault(4_000, 8_000, andWriteOn(oneWire((wire) => wire.hold('down'))), restoreWires),
  },
]
