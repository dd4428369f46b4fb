const number = new Intl.NumberFormat()
const seconds = new Intl.NumberFormat(undefined, { style: 'unit', unit: 'second', unitDisplay: 'long' })

/** Numbers follow the reader's own habits, in every language of the interface. */
export const formatNumber = (value: number): string => number.format(value)

export const formatSeconds = (value: number): string => seconds.format(value)
