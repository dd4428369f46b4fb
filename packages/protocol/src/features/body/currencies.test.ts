import { expect, test } from 'vitest'
import { currencyCodes, currencyDecimals } from './currencies.ts'

test('lists each currency once, by its code, with the decimals of ISO 4217', () => {
  expect(currencyCodes).toHaveLength(156)
  expect(new Set(currencyCodes).size).toBe(156)
  for (const code of currencyCodes) expect(code).toMatch(/^[A-Z]{3}$/)
  const withDecimals = (decimals: number) => currencyCodes.filter((code) => currencyDecimals.get(code) === decimals)
  expect(withDecimals(0).join(' ')).toBe('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF')
  expect(withDecimals(3).join(' ')).toBe('BHD IQD JOD KWD LYD OMR TND')
  expect(withDecimals(2)).toHaveLength(133)
  expect(withDecimals(2)).toEqual(expect.arrayContaining(['AED', 'CHF', 'EUR', 'GBP', 'USD', 'ZWG']))
})
