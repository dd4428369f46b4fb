/**
 * Returns a map with these rows added. Of two rows with one key, that with the higher rev stays, of equal ones the
 * added one.
 */
export const newest = <T extends { rev: number }>(
  rows: ReadonlyMap<string, T>,
  news: readonly T[],
  keyOf: (row: T) => string,
) => {
  const next = new Map(rows)
  for (const row of news) if ((next.get(keyOf(row))?.rev ?? -1) <= row.rev) next.set(keyOf(row), row)
  return next
}

/** Returns a map with these rows added, which have no rev: an added row replaces that with the same key. */
export const latest = <T>(rows: ReadonlyMap<string, T>, news: readonly T[], keyOf: (row: T) => string) =>
  new Map([...rows, ...news.map((row) => [keyOf(row), row] as const)])
