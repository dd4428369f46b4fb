import { currencyDecimals, decimalText } from '@parley/protocol/features/body/currencies'

const decimalsOf = (currency: string): number => currencyDecimals.get(currency) ?? 0

/** An amount of smallest units, as the reader writes money, with the decimals of the standard. */
export function formatMoney(amount: number, currency: string): string {
  const digits = decimalsOf(currency)
  const format = new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  return format.format(decimalText(amount, currency) as `${number}`)
}

/** What somebody wrote as an amount, in smallest units; null if it is none in this currency. */
export function parseMoney(text: string, currency: string): number | null {
  const decimals = decimalsOf(currency)
  const written = /^(\d{1,15})(?:[.,](\d+))?$/.exec(text.replace(/[\s\u00a0\u202f'’]/gu, ''))
  const [, whole, fraction = ''] = written ?? []
  if (whole === undefined || fraction.length > decimals) return null
  const amount = Number(whole + fraction.padEnd(decimals, '0'))
  return Number.isSafeInteger(amount) ? amount : null
}
