import { decimalText } from '@parley/protocol/features/body/currencies'
import { expect, test } from 'vitest'
import { formatMoney, parseMoney } from './money.ts'

test.each([
  ['12.50', 'EUR', 1250],
  ['12,5', 'EUR', 1250],
  ['1 200', 'EUR', 120_000],
  ['0', 'EUR', 0],
  ['1250', 'JPY', 1250],
  ['1.234', 'KWD', 1234],
  ['9999999999999.99', 'EUR', 999_999_999_999_999],
  ['12.505', 'EUR', null],
  ['1,250', 'EUR', null],
  ['12.5', 'JPY', null],
  ['-1', 'EUR', null],
  ['1e3', 'EUR', null],
  ['', 'EUR', null],
  ['999999999999999.99', 'EUR', null],
  ['10000000000000.00', 'EUR', null],
  ['999999999999999', 'JPY', 999_999_999_999_999],
  ['1000000000000000', 'JPY', null],
  ['99999999999999999999', 'JPY', null],
])('parses %s %s as %s', (text, currency, amount) => {
  expect(parseMoney(text, currency)).toBe(amount)
})

test('formats an amount exactly, with the decimals of its currency', () => {
  expect(decimalText(5, 'EUR')).toBe('0.05')
  expect(decimalText(1250, 'JPY')).toBe('1250')
  expect(decimalText(1234, 'KWD')).toBe('1.234')
  const digits = (text: string) => text.replace(/\D/g, '')
  for (const [amount, currency] of [
    [999_999_999_999_999, 'EUR'],
    [7, 'KWD'],
    [0, 'JPY'],
  ] as const) {
    expect(Number(digits(formatMoney(amount, currency)))).toBe(amount)
  }
})
