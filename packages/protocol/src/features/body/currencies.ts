/*
 * The currencies of ISO 4217 that browsers can name, and the decimals that the standard defines for each: an amount is
 * a whole number of its smallest units. Browsers use other decimals for some currencies, so client and server use this
 * list.
 */

/** By first letter: the other two of each code, and its decimals where they are not two. */
const groups =
  'AEDFNLLMDNGOARSUDWGZN BAMBDDTGNHD3IF0MDNDOBRLSDTNWPYNZD CADDFHFLP0NYOPRCUPVEZK DJF0KKOPZD EGPRNTBUR FJDKP GBPELHSIPMDNF0TQYD HKDNLTGUF IDRLSNRQD3RRSK0 JMDOD3PY0 KESGSHRMF0PWRW0WD3YDZT LAKBPKRRDSLYD3 MADDLGAKDMKNTOPRUURVRWKXNYRZN NADGNIOOKPRZD OMR3 PABENGKHPKRLNYG0 QAR RONSDUBWF0 SARBDCRDGEKGDHPLEOSRDSPTNVCYPZL THBJSMTND3OPRYTDWDZS UAHGX0SDYUZS VESND0UV0 WST XAF0CDCGOF0PF0 YER ZARMWWG'

const entriesOf = ([letter = '', ...rest]: string) =>
  Array.from(
    rest.join('').matchAll(/(\D\D)(\d?)/g),
    ([, code, decimals]) => [letter + code, Number(decimals || 2)] as const,
  )

/** The decimals of each currency, by its code: 2 for EUR, 0 for JPY, 3 for KWD. */
export const currencyDecimals: ReadonlyMap<string, number> = new Map(groups.split(' ').flatMap(entriesOf))

export const currencyCodes: readonly string[] = [...currencyDecimals.keys()]

/**
 * Returns an amount in smallest units as a decimal text: `decimalText(1250, 'EUR')` is '12.50'. Exact, because it does
 * not divide. The amount must be a whole number from 0. An unknown currency has no decimals.
 */
export function decimalText(amount: number, currency: string): string {
  const fraction = currencyDecimals.get(currency) ?? 0
  const digits = String(amount).padStart(fraction + 1, '0')
  return fraction === 0 ? digits : `${digits.slice(0, -fraction)}.${digits.slice(-fraction)}`
}
