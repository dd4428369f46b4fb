import { startOfDay } from '../hooks/start-of-day.ts'

/** Whole days between two starts of days; a day of 23 or 25 hours counts as one. */
const daysBetween = (from: number, to: number): number => Math.round((to - from) / 86_400_000)

const capitalised = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1)

const isSameYear = (a: number, b: number): boolean => new Date(a).getFullYear() === new Date(b).getFullYear()

/** The first tag of the browser's languages for this language, such as `en-GB` for `en`; else the language itself. */
const regionOf = (language: string): string =>
  globalThis.navigator?.languages?.find((tag) => tag === language || tag.startsWith(`${language}-`)) ?? language

/**
 * Makes functions that format days and times in a language, such as `de`: `time`, `complete`, `day`, `brief`, `coming`
 * and `ago`. Throws a RangeError if that is no language tag. All times are milliseconds since 1970, shown in the time
 * zone of the browser; `today` is the start of the present day, `now` the present time. Formats with words follow
 * `language`, in the region that the browser's languages name for it (`en-GB` for `en`); formats of numbers alone
 * follow the locale of the browser.
 *
 * @example <ChatProvider texts={{ times: createTimeFormat('de') }} … />
 */
export function createTimeFormat(language: string) {
  const words = regionOf(language)
  const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })
  const weekday = new Intl.DateTimeFormat(words, { weekday: 'long' })
  const shortWeekday = new Intl.DateTimeFormat(words, { weekday: 'short' })
  const dayOfYear = new Intl.DateTimeFormat(words, { weekday: 'long', day: 'numeric', month: 'long' })
  const shortDay = new Intl.DateTimeFormat(words, { day: 'numeric', month: 'short' })
  const fullDay = new Intl.DateTimeFormat(words, { dateStyle: 'long' })
  const numericDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'short' })
  const complete = new Intl.DateTimeFormat(words, { dateStyle: 'full', timeStyle: 'long' })
  const weekdayTime = new Intl.DateTimeFormat(words, { weekday: 'short', hour: 'numeric', minute: '2-digit' })
  const dayTime = new Intl.DateTimeFormat(words, { dateStyle: 'medium', timeStyle: 'short' })
  const relative = new Intl.RelativeTimeFormat(words, { numeric: 'auto' })
  return {
    time: (time: number): string => timeOfDay.format(time),
    /** With date, seconds and zone, for a tooltip. */
    complete: (time: number): string => complete.format(time),
    /** The heading of a day: "Today", "Yesterday", "Monday", "Monday, 3 March", "3 March 2024". */
    day(time: number, today: number): string {
      const age = daysBetween(startOfDay(time), today)
      if (age === 0 || age === 1) return capitalised(relative.format(-age, 'day'))
      if (age > 1 && age < 7) return capitalised(weekday.format(time))
      return isSameYear(time, today) ? capitalised(dayOfYear.format(time)) : fullDay.format(time)
    },
    /** A past time in a short form: "14:30" today, then "Yesterday", "Mon", "3 Mar", "3/3/24". */
    brief(time: number, today: number): string {
      const age = daysBetween(startOfDay(time), today)
      if (age <= 0) return timeOfDay.format(time)
      if (age === 1) return capitalised(relative.format(-1, 'day'))
      if (age < 7) return capitalised(shortWeekday.format(time))
      return isSameYear(time, today) ? shortDay.format(time) : numericDay.format(time)
    },
    /** A future time in a short form: "14:30" today, "Fri 14:30" within a week, else with the date. */
    coming(time: number, today: number): string {
      const days = daysBetween(today, startOfDay(time))
      if (days <= 0) return timeOfDay.format(time)
      return days < 7 ? weekdayTime.format(time) : dayTime.format(time)
    },
    /** The distance of a past time: "5 minutes ago", "yesterday". */
    ago(time: number, now: number): string {
      const minutes = Math.round((now - time) / 60_000)
      if (minutes < 60) return relative.format(-Math.max(0, minutes), 'minute')
      const hours = Math.round(minutes / 60)
      if (hours < 24) return relative.format(-hours, 'hour')
      return relative.format(-Math.round(hours / 24), 'day')
    },
  }
}
