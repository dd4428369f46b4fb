/**
 * A place in a list that is ordered by a time and, within a millisecond, by an id: the last row of a page. A row that moves
 * meanwhile stands elsewhere, and all others are found where they were.
 */
export interface TimeCursor {
  at: number
  id: string
}

export const writeCursor = ({ at, id }: TimeCursor): string => `${at}_${id}`

/** The schema of the input has seen to its form. */
export function readCursor(text: string): TimeCursor {
  const end = text.indexOf('_')
  return { at: Number(text.slice(0, end)), id: text.slice(end + 1) }
}
