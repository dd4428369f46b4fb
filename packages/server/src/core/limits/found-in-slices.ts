import { sliceOrder } from './slice-order.ts'

/** What one statement found. `end` is the last row that it looked at; undefined where none is left. */
interface Looked<T> {
  rows: T[]
  end: string | undefined
}

/**
 * The first rows of a list that fit, behind a place in it, at most so many. Each statement looks at few rows, and the server
 * answers others between two of them.
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
