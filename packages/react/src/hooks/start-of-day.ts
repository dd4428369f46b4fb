/** The first millisecond of the day of a time, in the reader's own zone. */
export const startOfDay = (time: number): number => new Date(time).setHours(0, 0, 0, 0)
