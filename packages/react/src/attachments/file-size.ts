const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

const formats = units.map(
  (unit, power) =>
    new Intl.NumberFormat(undefined, {
      style: 'unit',
      unit,
      unitDisplay: power === 0 ? 'long' : 'short',
      maximumFractionDigits: power < 2 ? 0 : 1,
    }),
)

/**
 * A size as file lists show it, in the language of the browser and in units of 1,000, up to terabytes: "48 kB", "2.4
 * MB". Bytes and kilobytes are rounded to whole ones, larger units to one decimal.
 */
export function formatFileSize(bytes: number): string {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  return formats[power]?.format(bytes / 1_000 ** power) ?? ''
}

/** A length as "0:14" or "1:02:05", rounded to seconds; "0:00" for a negative one. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
  const tail = String(rest).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`
}
