import type { FaultCase } from '../rig/run-case.ts'
import type { World } from '../rig/world.ts'
import { onCluster } from './cluster-cases.ts'

/** Stops one node after the other as an operator does, and starts it again. */
const oneByOne = async (world: World, prepare: (node: World['node']) => void = () => {}) => {
  for (const node of world.nodes) {
    await world.waitBetween(300, 1_000)
    await world.untilUnderWay()
    await world.inject(async () => {
      const code = await node.terminate()
      if (code !== 0) world.recorder.failures.push(`A node ended with ${code} when it was asked to stop.`)
      prepare(node)
      await node.start()
    })
  }
}

const rollingRestart: FaultCase = {
  ...onCluster,
  name: 'rolling restart of three nodes',
  rounds: { short: 1, long: 10 },
  run: async (world, rounds) => {
    for (let i = 0; i < rounds; i += 1) await oneByOne(world)
  },
}

const upgrade = {
  rounds: { short: 1, long: 1 },
  isUpgrade: true,
  run: (world: World) => oneByOne(world, (node) => node.upgrade()),
} as const

const upgradeOfOne: FaultCase = {
  ...upgrade,
  topology: 'sqlite',
  name: 'upgrade of one node',
}

const rollingUpgrade: FaultCase = {
  ...onCluster,
  ...upgrade,
  name: 'rolling upgrade of three nodes',
}

export const restartCases: readonly FaultCase[] = [rollingRestart, upgradeOfOne, rollingUpgrade]
