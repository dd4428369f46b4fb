import type { SeededRandom } from './seeded-random.ts'

/** What the network and the server do to everybody. Probabilities are of each frame, or of each request. */
export interface Weather {
  /** The shortest and the longest time that a frame is on its way, in milliseconds. */
  fastest: number
  slowest: number
  /** An event, a question or an answer gets lost on a line that stays open. */
  dropsEvent: number
  dropsCall: number
  /** It arrives twice. */
  doubles: number
  /** It may overtake those before it. */
  overtakes: number
  /** The server refuses with `retryAfterMs`. */
  refuses: number
  /** The server fails. */
  fails: number
}

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

/** Some histories are calm, so that what is found in them is simple; some have a little of everything. */
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
