/** The last moment that a date can have. */
const latest = 8_640_000_000_000_000

/**
 * Converts milliseconds since 1970 to an ISO 8601 text in UTC, such as `2026-01-31T12:00:00.000Z`. A moment that is
 * later than a date can be becomes the last one. Throws a RangeError for NaN and for a moment before the first.
 */
export const toDate = (at: number): string => new Date(Math.min(at, latest)).toISOString()

/** Converts milliseconds since 1970 to an ISO 8601 text in UTC; null stays null. */
export const toDateOrNull = (at: number | null): string | null => (at === null ? null : toDate(at))
