import type { SeededRandom } from './seeded-random.ts'

/** The faults of the network and the server, for all tabs. Probabilities are for each frame, or each request. */
export interface Weather {
  /** The shortest and the longest time that a frame is on its way, in milliseconds. */
  fastest: number
  slowest: number
  /** An event gets lost on a connection that stays open. */
  dropsEvent: number
  /** A request or its answer gets lost on a connection that stays open. */
  dropsCall: number
  /** A frame to the client arrives twice. */
  doubles: number
  /** A frame may overtake those before it. */
  overtakes: number
  /** The server refuses with `retryAfterMs`. */
  refuses: number
  /** The server fails. */
  fails: number
}

/** No faults, and frames that need at most 20 ms. */
export const fairWeather: Weather = {
  fastest: 1,
  slowest: 20,
  dropsEvent: 0,
  dropsCall: 0,
  doubles: 0,
  overtakes: 0,
  refuses: 0,
  fails: 0,
}

/**
 * Draws a weather. Each kind of fault is absent in half of all cases, so some histories have few faults and are simple.
 */
export function randomWeather(random: SeededRandom): Weather {
  const maybe = (most: number) => (random.chance(0.5) ? 0 : random.next() * most)
  return {
    fastest: 1,
    slowest: random.pick([5, 50, 400, 4_000]) ?? 50,
    dropsEvent: maybe(0.2),
    dropsCall: maybe(0.05),
    doubles: maybe(0.2),
    overtakes: maybe(0.4),
    refuses: maybe(0.1),
    fails: maybe(0.05),
  }
}
