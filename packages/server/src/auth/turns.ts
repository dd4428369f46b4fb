import { OperationError } from '../core/operation-error.ts'

/** Runs work, for each key so many at once and the others in order. */
export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>

interface Line {
  running: number
  waiting: (() => void)[]
}

/** More than `mostWaiting` under one key are refused with `unavailable`. */
export function createTurns(atOnce: number, mostWaiting: number): InTurn {
  const lines = new Map<string, Line>()
  return async (key, work) => {
    const line = lines.get(key) ?? { running: 0, waiting: [] }
    lines.set(key, line)
    if (line.running < atOnce) line.running++
    else if (line.waiting.length >= mostWaiting) throw tooMany()
    else await new Promise<void>((resolve) => line.waiting.push(resolve))
    try {
      return await work()
    } finally {
      // The next takes the place over.
      const next = line.waiting.shift()
      if (next) next()
      else if (--line.running === 0) lines.delete(key)
    }
  }
}

const retryMs = 2_000

export const tooMany = () =>
  new OperationError('unavailable', 'Too many sign in at once.', retryMs + Math.round(Math.random() * retryMs))
