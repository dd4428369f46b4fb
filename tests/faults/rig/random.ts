/** Random numbers that a seed repeats (mulberry32). */
export interface Random {
  /** From `from` up to, but not including, `to`. */
  between(from: number, to: number): number
  whole(from: number, to: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
  /** Another source that this one seeds, so that clients that run at the same time do not share numbers. */
  fork(): Random
}

/** Makes a source of random numbers that is the same for the same seed. `pick` throws for an empty list. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (from: number, to: number) => from + next() * (to - from)
  const whole = (from: number, to: number) => Math.floor(between(from, to))
  return {
    between,
    whole,
    chance: (probability) => next() < probability,
    pick: (items) => {
      if (items.length === 0) throw new Error('There is nothing to pick from.')
      return items[whole(0, items.length)] as (typeof items)[number]
    },
    fork: () => createRandom(whole(0, 2 ** 32)),
  }
}
