import { sliceOrder } from './slice-order.ts'

/** What one statement found. `end` is the last row that it looked at; undefined where none is left. */
interface Looked<T> {
  rows: T[]
  end: string | undefined
}

/**
 * Resolves with the first `most` rows that `look` finds. Calls `look` with `start` and the number of rows still
 * missing, then with the `end` of each answer, until that is undefined or enough rows were found. Before each call but
 * the first it waits for its next slice, so that the server answers others meanwhile. It does not cut off rows that
 * `look` returns beyond its limit, and rejects if `look` does.
 */
export async function foundInSlices<T>(
  most: number,
  start: string | undefined,
  look: (from: string | undefined, limit: number) => Promise<Looked<T>>,
): Promise<T[]> {
  const found: T[] = []
  let from = start
  do {
    if (from !== start) await sliceOrder.next()
    const { rows, end } = await look(from, most - found.length)
    found.push(...rows)
    from = end
  } while (from !== undefined && found.length < most)
  return found
}
