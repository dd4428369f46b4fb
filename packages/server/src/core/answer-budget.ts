import { setImmediate as nextTurn } from 'node:timers/promises'
import { limits } from '@parley/protocol'

/** So much is read at once of what has many rows. */
export const sliceRows = 50

/** Milliseconds after which long work lets others have their turn on the event loop. */
const longestTurnMs = 2

/** What one answer has room for, in rows and in bytes, over everything that it consists of. */
export class AnswerBudget {
  rows: number = limits.answerRows
  bytes: number = limits.answerBytes
  #turnBegan = performance.now()

  get isSpent(): boolean {
    return this.rows <= 0 || this.bytes <= 0
  }

  get isUntouched(): boolean {
    return this.rows === limits.answerRows && this.bytes === limits.answerBytes
  }

  hasRoomFor(rows: number, bytes: number): boolean {
    return rows <= this.rows && bytes <= this.bytes
  }

  spend(rows: number, bytes: number): void {
    this.rows -= rows
    this.bytes -= bytes
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
