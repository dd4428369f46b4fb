/** Milliseconds since 1970 as an ISO date. */
export const toDate = (at: number): string => new Date(at).toISOString()

/** The same; null stays null. */
export const toDateOrNull = (at: number | null): string | null => (at === null ? null : toDate(at))
