const number = new Intl.NumberFormat()
const seconds = new Intl.NumberFormat(undefined, { style: 'unit', unit: 'second', unitDisplay: 'long' })

/** Formats a number by the locale of the browser, in every language of the interface. */
export const formatNumber = (value: number): string => number.format(value)

/** `5 seconds`, from a number of seconds, by the locale of the browser. */
export const formatSeconds = (value: number): string => seconds.format(value)
