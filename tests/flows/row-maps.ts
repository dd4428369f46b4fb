/** Adds rows that have a rev; of two rows with one key, that with the higher rev stays. */
export const newest = <T extends { rev: number }>(
  rows: ReadonlyMap<string, T>,
  news: readonly T[],
  keyOf: (row: T) => string,
) => {
  const next = new Map(rows)
  for (const row of news) if ((next.get(keyOf(row))?.rev ?? -1) <= row.rev) next.set(keyOf(row), row)
  return next
}

/** Adds rows that have no rev; of two rows with one key, the later one stays. */
export const latest = <T>(rows: ReadonlyMap<string, T>, news: readonly T[], keyOf: (row: T) => string) =>
  new Map([...rows, ...news.map((row) => [keyOf(row), row] as const)])
