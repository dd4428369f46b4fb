import { limits } from '@parley/protocol'
import { sliceOrder } from './slice-order.ts'

/** How many rows one slice reads: about a millisecond of work if each is a conversation with many unread messages. */
export const sliceRows = 16

/** Milliseconds after which long work waits for its next slice. */
const longestSliceMs = 1

/**
 * Counts how many rows and bytes one answer may still add, over everything that it consists of: `limits.answerRows` and
 * the given bytes (by default `limits.answerBytes`) at first. It stops nothing: the caller asks `hasRoomFor` or
 * `isSpent`, and then calls `spend`.
 */
export class AnswerBudget {
  #rows: number = limits.answerRows
  #bytes: number
  #sliceBegan = performance.now()
  /** True until something is spent. */
  isUntouched = true

  constructor(bytes: number = limits.answerBytes) {
    this.#bytes = bytes
  }

  /** How many rows are left; below zero if more were spent. */
  get rows(): number {
    return this.#rows
  }

  /**
   * A caller that adds rows one by one stops when this is true. The last row may exceed the budget: otherwise a row
   * larger than the budget could never be sent.
   */
  get isSpent(): boolean {
    return this.#rows <= 0 || this.#bytes <= 0
  }

  /**
   * Do these fit? Before the first `spend`, they may exceed the bytes of the budget, up to `limits.conversationBytes`:
   * otherwise a large conversation could never be sent.
   */
  hasRoomFor(rows: number, bytes: number): boolean {
    return rows <= this.#rows && (bytes <= this.#bytes || (this.isUntouched && bytes <= limits.conversationBytes))
  }

  /** Takes these off what is left. It checks nothing: what is left may become negative. */
  spend(rows: number, bytes: number): void {
    this.#rows -= rows
    this.#bytes -= bytes
    this.isUntouched = false
  }

  /**
   * Await this between pieces of long work: it waits for the next slice once the current one has taken a millisecond.
   * The first slice begins with this object.
   */
  async breathe(): Promise<void> {
    if (performance.now() - this.#sliceBegan < longestSliceMs) return
    await sliceOrder.next()
    this.#sliceBegan = performance.now()
  }
}

/** The bytes of a value as JSON in UTF-8. Throws a TypeError for what JSON cannot express, such as undefined. */
export const bytesOf = (part: unknown): number => Buffer.byteLength(JSON.stringify(part))

/**
 * Splits a list, in order, into new lists of `size` entries (16 by default, at least 1), of which the last may have
 * fewer; none for an empty list.
 */
export const slicesOf = <T>(rows: readonly T[], size = sliceRows): T[][] =>
  Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => rows.slice(i * size, (i + 1) * size))
