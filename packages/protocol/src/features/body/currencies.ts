/*
 * The currencies of ISO 4217 that browsers can name, and the decimals that the standard gives each: an amount is a whole
 * number of its smallest units. A browser's own list follows habit in some countries, so both sides go by this one.
 */
const codes =
  'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG'

const without = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'
const withThree = 'BHD IQD JOD KWD LYD OMR TND'

const decimals = (code: string): number => {
  if (without.includes(code)) return 0
  return withThree.includes(code) ? 3 : 2
}

/** The decimals of each currency, by its code: 2 for EUR, 0 for JPY, 3 for KWD. */
export const currencyDecimals: ReadonlyMap<string, number> = new Map(
  codes.split(' ').map((code) => [code, decimals(code)]),
)

export const currencyCodes: readonly string[] = [...currencyDecimals.keys()]

/** An amount of smallest units as a decimal number in a text, without a detour over fractions that a number cannot hold. */
export function decimalText(amount: number, currency: string): string {
  const fraction = currencyDecimals.get(currency) ?? 0
  const digits = String(amount).padStart(fraction + 1, '0')
  return fraction === 0 ? digits : `${digits.slice(0, -fraction)}.${digits.slice(-fraction)}`
}
