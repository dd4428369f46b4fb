/** The first millisecond of the day of this time, in the time zone of the browser. */
export const startOfDay = (time: number): number => new Date(time).setHours(0, 0, 0, 0)

const two = (part: number): string => String(part).padStart(2, '0')

/** The day of this time in the time zone of the browser, for `<time datetime>`: `2026-03-01`. */
export function dayOf(time: number): string {
  const date = new Date(time)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
