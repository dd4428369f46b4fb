/** Converts milliseconds since 1970 to an ISO 8601 text in UTC, such as `2026-01-31T12:00:00.000Z`. */
export const toDate = (at: number): string => new Date(at).toISOString()

/** Converts milliseconds since 1970 to an ISO 8601 text in UTC; null stays null. */
export const toDateOrNull = (at: number | null): string | null => (at === null ? null : toDate(at))
