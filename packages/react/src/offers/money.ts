import { currencyDecimals, decimalText } from '@parley/protocol/features/body/currencies'
import { offerLimits } from '@parley/protocol/features/body/offer-rules'

const decimalsOf = (currency: string): number => currencyDecimals.get(currency) ?? 0

/**
 * An amount, a whole number of smallest units from 0, in the format of the locale of the browser, with the decimals of
 * ISO 4217: `€12.50` for 1250 and EUR. A code that `currencyDecimals` lacks has no decimals, also a known one in lower
 * case; one that is not three letters throws a RangeError.
 */
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

/**
 * A typed amount in smallest units: `parseMoney('12,5', 'EUR')` is 1250. Point and comma both begin the decimals and
 * never group thousands; spaces and apostrophes are ignored. Null if it is empty, negative or not such a number (`.5`
 * and `5.` are not), has too many decimals for the currency, or is more than an offer can have. A currency that
 * `currencyDecimals` lacks has no decimals; it never throws.
 */
export function parseMoney(text: string, currency: string): number | null {
  const decimals = decimalsOf(currency)
  const written = /^(\d+)(?:[.,](\d+))?$/.exec(text.replace(/[\s\u00a0\u202f'’]/gu, ''))
  const [, whole, fraction = ''] = written ?? []
  if (whole === undefined || fraction.length > decimals) return null
  const amount = Number(whole + fraction.padEnd(decimals, '0'))
  return amount <= offerLimits.amount ? amount : null
}
