/**
 * The last row of a page of a list that is ordered by a time and then by an id. The next page begins behind it. A row
 * that moves between two pages may be skipped or repeated; no other row is.
 */
export interface TimeCursor {
  at: number
  id: string
}

/** Writes a cursor as the `next` of a page, which `readCursor` reads. */
export const writeCursor = ({ at, id }: TimeCursor): string => `${at}_${id}`

/** Reads a text that `writeCursor` wrote. It checks nothing: the schema of the input must have checked the form. */
export function readCursor(text: string): TimeCursor {
  const end = text.indexOf('_')
  return { at: Number(text.slice(0, end)), id: text.slice(end + 1) }
}
