import type { World } from '../rig/world.ts'

type FaultStep = (world: World) => Promise<unknown> | unknown

/**
 * The run of a case: begins a fault while messages are under way, ends it after `from` to `to` milliseconds, and
 * repeats.
 */
export const repeatFault =
  (from: number, to: number, begin: FaultStep, end: FaultStep) =>
  async (world: World, rounds: number): Promise<void> => {
    for (let i = 0; i < rounds; i += 1) {
      await world.waitBetween(500, 1_500)
      await world.untilUnderWay()
      await world.inject(async () => {
        await begin(world)
        await world.waitBetween(from, to)
        await end(world)
      })
    }
  }
