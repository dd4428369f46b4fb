import type { FaultCase } from '../rig/run-case.ts'

const hourMs = 60 * 60_000

/**
 * The wall clock of the server jumps under open connections, and under new ones. Tokens that are over by the new clock
 * are refused, and replaced: a session lives for days, so nobody is signed out by an hour.
 */
export const clockJumps: FaultCase = {
  name: 'clock off by an hour',
  topology: 'sqlite',
  rounds: { short: 1, long: 10 },
  run: async (world, rounds) => {
    for (let i = 0; i < rounds; i += 1) {
      for (const shiftMs of [hourMs, -hourMs, 0]) {
        // A token that is fetched in one time and shown in the next but one is refused for good, and rightly so.
        await world.allConnected()
        await world.untilUnderWay()
        await world.suffer(async () => world.node.shiftClock(shiftMs))
        await world.last(300, 800)
        await world.suffer(async () => {
          for (const wire of world.wires) wire.cutOnce()
        })
        await world.suffer(async () => {
          await world.node.kill()
          await world.node.start()
        })
      }
    }
  },
}
