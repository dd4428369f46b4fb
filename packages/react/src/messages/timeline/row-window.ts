/** The key of the row around which rows are rendered; null for the end of the list. */
export type WindowPivot = string | null

export interface RowSlice {
  start: number
  /** Exclusive. */
  end: number
}

/** Rows on each side of the pivot: with 28 px, the smallest row, that is more than two tall screens. */
const reach = 90

/**
 * The slice of `keys` to render, at most 180 rows: from 90 before the pivot to 89 after it, or the last 180 if the
 * pivot is null or not among the keys.
 *
 * @example sliceAround(['a', 'b', 'c'], null) // { start: 0, end: 3 }
 */
export function sliceAround(keys: readonly string[], pivot: WindowPivot): RowSlice {
  const at = pivot === null ? -1 : keys.indexOf(pivot)
  if (at < 0) return { start: Math.max(0, keys.length - 2 * reach), end: keys.length }
  return { start: Math.max(0, at - reach), end: Math.min(keys.length, at + reach) }
}
