import { setTimeout as wait } from 'node:timers/promises'
import type { FaultCase } from '../rig/run-case.ts'

export const kill: FaultCase = {
  name: 'kill -9',
  isShort: true,
  topology: 'sqlite',
  rounds: { short: 3, long: 20 },
  run: async (world, rounds) => {
    for (let i = 0; i < rounds; i += 1) {
      await world.last(500, 2_000)
      await world.untilUnderWay()
      await world.suffer(async () => {
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
      await world.last(500, 1_500)
      await world.untilUnderWay()
      await world.suffer(async () => {
        const code = await world.node.terminate()
        if (code !== 0) world.recorder.failures.push(`The server ended with ${code} when it was asked to stop.`)
        await world.node.start()
      })
    }
  },
}

/** As long as a garbage collection at its worst, and shorter than the time after which a socket is thought dead. */
const stallMs = 5_000

export const stall: FaultCase = {
  name: 'the server stands still for 5 s',
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
      await world.last(1_000, 2_000)
      await world.untilUnderWay()
      await world.suffer(async () => {
        world.node.pause()
        await wait(stallMs)
        world.node.resume()
      })
    }
    if (offline.length > 0) world.recorder.failures.push(`Nobody had left, but ${offline.length} were told offline.`)
  },
}
