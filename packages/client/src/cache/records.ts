/** Puts rows into a record; the record keeps its identity if nothing changed. */
export function putAll<T>(record: Record<string, T>, rows: readonly (readonly [string, T])[]): Record<string, T> {
  let next = record
  for (const [key, row] of rows) {
    if (next[key] === row) continue
    if (next === record) next = { ...record }
    next[key] = row
  }
  return next
}

/** The record without a key; the same record if it never had it. */
export function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  if (!(key in record)) return record
  const { [key]: _, ...rest } = record
  return rest
}
