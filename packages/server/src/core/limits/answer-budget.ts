import { limits } from '@parley/protocol'
import { sliceOrder } from './slice-order.ts'

/** So many rows are read at once: a millisecond or so, where each is a conversation with many unread messages. */
export const sliceRows = 16

/** Milliseconds after which long work waits for its next slice. */
const longestSliceMs = 1

/** The room of one answer, in rows and in bytes, over everything that it consists of. */
export class AnswerBudget {
  #rows: number = limits.answerRows
  #bytes: number
  #sliceBegan = performance.now()
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

  /** An answer that brings nothing yet has room for more than others. */
  hasRoomFor(rows: number, bytes: number): boolean {
    return rows <= this.#rows && (bytes <= this.#bytes || (this.isUntouched && bytes <= limits.conversationBytes))
  }

  spend(rows: number, bytes: number): void {
    this.#rows -= rows
    this.#bytes -= bytes
    this.isUntouched = false
  }

  /** To be awaited between the slices of long work. */
  async breathe(): Promise<void> {
    if (performance.now() - this.#sliceBegan < longestSliceMs) return
    await sliceOrder.next()
    this.#sliceBegan = performance.now()
  }
}

export const bytesOf = (part: unknown): number => Buffer.byteLength(JSON.stringify(part))

export const slicesOf = <T>(rows: readonly T[], size = sliceRows): T[][] =>
  Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => rows.slice(i * size, (i + 1) * size))
