import type { World } from '../rig/world.ts'

type Deed = (world: World) => Promise<unknown> | unknown

/** Does something bad under way, again and again, and mends it after `from` to `to` milliseconds. */
export const again =
  (from: number, to: number, spoil: Deed, mend: Deed) =>
  async (world: World, rounds: number): Promise<void> => {
    for (let i = 0; i < rounds; i += 1) {
      await world.last(500, 1_500)
      await world.untilUnderWay()
      await world.suffer(async () => {
        await spoil(world)
        await world.last(from, to)
        await mend(world)
      })
    }
  }
