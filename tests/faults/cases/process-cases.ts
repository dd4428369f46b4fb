import { setTimeout as wait } from 'node:timers/promises'
import type { FaultCase } from '../rig/run-case.ts'

export const kill: FaultCase = {
  name: 'kill -9',
  isShort: true,
  topology: 'sqlite',
  rounds: { short: 3, long: 20 },
  run: async (world, rounds) => {
    for (let i = 0; i < rounds; i += 1) {
      await world.waitBetween(500, 2_000)
      await world.untilUnderWay()
      await world.inject(async () => {
        await world.node.kill()
        await world.node.start()
      })
    }
  },
}

export const restart: FaultCase = {
  name: 'restart by SIGTERM',
  topology: 'sqlite',
  rounds: { short: 2, long: 10 },
  run: async (world, rounds) => {
    for (let i = 0; i < rounds; i += 1) {
      await world.waitBetween(500, 1_500)
      await world.untilUnderWay()
      await world.inject(async () => {
        const code = await world.node.terminate()
        if (code !== 0) world.recorder.failures.push(`The server ended with ${code} when it was asked to stop.`)
        await world.node.start()
      })
    }
  },
}

/** As long as the longest garbage collection, and shorter than the time after which a silent socket counts as dead. */
const stallMs = 5_000

export const stall: FaultCase = {
  name: 'the server paused for 5 s',
  topology: 'sqlite',
  rounds: { short: 1, long: 5 },
  run: async (world, rounds) => {
    const offline: string[] = []
    for (const device of world.crowd.raw) {
      device.onPresence = (userId, status) => {
        if (status === 'offline') offline.push(userId)
      }
    }
    for (let i = 0; i < rounds; i += 1) {
      await world.waitBetween(1_000, 2_000)
      await world.untilUnderWay()
      await world.inject(async () => {
        world.node.pause()
        await wait(stallMs)
        world.node.resume()
      })
    }
    if (offline.length > 0)
      world.recorder.failures.push(`No user had left, but ${offline.length} were reported as offline.`)
  },
}
