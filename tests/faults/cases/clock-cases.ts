import type { FaultCase } from '../rig/run-case.ts'

const hourMs = 60 * 60_000

/**
 * The wall clock of the server jumps to an hour ahead, to an hour behind, and to the right time. After each jump all
 * connections are cut, and the server is killed and started again. Tokens that have expired by the new clock are
 * refused and replaced; sessions live for days, so no user is signed out.
 */
export const clockJumps: FaultCase = {
  name: 'clock off by an hour',
  topology: 'sqlite',
  rounds: { short: 1, long: 10 },
  run: async (world, rounds) => {
    for (let i = 0; i < rounds; i += 1) {
      for (const shiftMs of [hourMs, -hourMs, 0]) {
        // Connected before the next jump: a token of the time before the last one would rightly be refused for good.
        await world.untilAllConnected()
        await world.untilUnderWay()
        await world.inject(async () => world.node.shiftClock(shiftMs))
        await world.waitBetween(300, 800)
        await world.inject(async () => {
          for (const wire of world.wires) wire.cutOnce()
        })
        await world.inject(async () => {
          await world.node.kill()
          await world.node.start()
        })
      }
    }
  },
}
