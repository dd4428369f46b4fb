/** Which of many rows are rendered: those around a pivot, or the last ones. */
export type WindowPivot = string | null

export interface RowSlice {
  start: number
  /** Exclusive. */
  end: number
}

/** Rows on each side of the pivot: at 28 px, the least a row takes, more than two tall screens. */
const reach = 90

/**
 * The slice of `keys` to render. Without a pivot (or if it is gone) it is the end of the list, and follows it.
 *
 * @example sliceAround(['a', 'b', 'c'], null) // { start: 0, end: 3 }
 */
export function sliceAround(keys: readonly string[], pivot: WindowPivot): RowSlice {
  const at = pivot === null ? -1 : keys.indexOf(pivot)
  if (at < 0) return { start: Math.max(0, keys.length - 2 * reach), end: keys.length }
  return { start: Math.max(0, at - reach), end: Math.min(keys.length, at + reach) }
}
