import { setImmediate as nextTurn } from 'node:timers/promises'
import { limits } from '@parley/protocol'

/** So much is read at once of what has many rows. */
export const sliceRows = 50

/** Milliseconds after which long work lets others have their turn on the event loop. */
const longestTurnMs = 2

/** The room of one answer, in rows and in bytes, over everything that it consists of. */
export class AnswerBudget {
  #rows: number = limits.answerRows
  #bytes: number
  #turnBegan = performance.now()
  isUntouched = true

  constructor(bytes: number = limits.answerBytes) {
    this.#bytes = bytes
  }

  get rows(): number {
    return this.#rows
  }

  /** What is taken one by one is taken until then, so that a row larger than what is left is not left for ever. */
  get isSpent(): boolean {
    return this.#rows <= 0 || this.#bytes <= 0
  }

  hasRoomFor(rows: number, bytes: number): boolean {
    return rows <= this.#rows && bytes <= this.#bytes
  }

  spend(rows: number, bytes: number): void {
    this.#rows -= rows
    this.#bytes -= bytes
    this.isUntouched = false
  }

  /** To be awaited between the slices of long work. */
  async breathe(): Promise<void> {
    if (performance.now() - this.#turnBegan < longestTurnMs) return
    await nextTurn()
    this.#turnBegan = performance.now()
  }
}

export const bytesOf = (part: unknown): number => Buffer.byteLength(JSON.stringify(part))

export const slicesOf = <T>(rows: readonly T[], size = sliceRows): T[][] =>
  Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => rows.slice(i * size, (i + 1) * size))
