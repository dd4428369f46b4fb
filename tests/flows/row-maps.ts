/** Rows with a rev: the newer one stays. */
export const newest = <T extends { rev: number }>(
  rows: ReadonlyMap<string, T>,
  news: readonly T[],
  keyOf: (row: T) => string,
) => {
  const next = new Map(rows)
  for (const row of news) if ((next.get(keyOf(row))?.rev ?? -1) <= row.rev) next.set(keyOf(row), row)
  return next
}

/** Rows without a rev: the one that came last stays. */
export const latest = <T>(rows: ReadonlyMap<string, T>, news: readonly T[], keyOf: (row: T) => string) =>
  new Map([...rows, ...news.map((row) => [keyOf(row), row] as const)])
