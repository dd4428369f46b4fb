import { expect, test } from 'vitest'
import { currencyCodes, currencyDecimals } from './currencies.ts'
import { OfferPart } from './offer-part.ts'
import { isDetails, offerLimits, offerProblem } from './offer-rules.ts'

const terms = { amount: 1250, currency: 'EUR' }
const nested = (depth: number): unknown => (depth === 0 ? 'end' : { in: nested(depth - 1) })
const from = (json: string) => JSON.parse(json) as unknown

const goodDetails: unknown[] = [
  {},
  { work: 'two rooms', days: 3, paid: false, note: null, rooms: ['kitchen', { name: 'bath' }] },
  { 'a key with spaces, ü and 😀': 'e\u0301 \u202e' },
  nested(4),
  { text: 'x'.repeat(offerLimits.detailsBytes - '{"text":""}'.length) },
  Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`k${index}`, 0])),
  Object.assign(Object.create(null), { a: 1 }),
]

const badDetails: [string, unknown][] = [
  ['null', null],
  ['an array', []],
  ['a text', 'details'],
  ['a function', () => 'called'],
  ['a date', new Date()],
  ['an object of a class', new Map()],
  ['a function inside', { run: () => 'called' }],
  ['a date inside', { at: new Date(0) }],
  ['undefined inside', { at: [undefined] }],
  ['a number that JSON does not have', { amount: Number.NaN }],
  ['a big integer', { amount: 1n }],
  ['too deep', nested(6)],
  ['as deep as a packet', from(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`)],
  ['too wide', Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`k${index}`, 0]))],
  ['a long list', { list: new Array(100_000).fill(0) }],
  ['a list with holes', { list: new Array(1_000_000_000) }],
  ['a byte too many', { text: 'x'.repeat(offerLimits.detailsBytes - '{"text":""}'.length + 1) }],
  ['too many bytes in few characters', { text: '€'.repeat(2_000) }],
  ['a long key', { ['k'.repeat(65)]: 1 }],
  ['a NUL', { text: 'a\u0000' }],
  ['half a character', { list: ['\ud800'] }],
  ['a NUL in a key', { 'a\u0000': 1 }],
  ['half a character in a key', { '\udc00': 1 }],
  ['a prototype', from('{"__proto__":{"polluted":true}}')],
  ['a prototype inside', from('{"a":[{"constructor":{"prototype":{"polluted":true}}}]}')],
]

test.each(goodDetails.map((details) => [JSON.stringify(details).slice(0, 40), details]))(
  'details may be %s',
  (_, details) => {
    expect(isDetails(details)).toBe(true)
    expect(OfferPart.parse({ ...terms, details }).details).toEqual(details)
    expect(offerProblem({ ...terms, details })).toBeNull()
  },
)

test.each(badDetails)('details may not be %s', (_, details) => {
  expect(isDetails(details)).toBe(false)
  expect(OfferPart.safeParse({ ...terms, details }).success).toBe(false)
  expect(Object.prototype).not.toHaveProperty('polluted')
})

test.each([
  terms,
  { amount: 0, currency: 'JPY' },
  { ...terms, amount: offerLimits.amount },
  { ...terms, expiresAt: 0 },
  { ...terms, expiresAt: 8_640_000_000_000_000 },
  { ...terms, answers: '01970000-0000-7000-8000-0000000000aa' },
  { ...terms, details: undefined, expiresAt: undefined },
])('both the schema and the client accept %j', (offer) => {
  expect([OfferPart.safeParse(JSON.parse(JSON.stringify(offer))).success, offerProblem(offer)]).toEqual([true, null])
})

test.each([
  undefined,
  null,
  'offer',
  [],
  {},
  { amount: 1 },
  { currency: 'EUR' },
  ...[-1, 0.5, '1250', Number.NaN, Infinity, 2 ** 53, offerLimits.amount + 1, null, 1n].map((amount) => ({
    ...terms,
    amount,
  })),
  ...['eur', 'EURO', '', '€', 'toString', null, 978].map((currency) => ({ ...terms, currency })),
  ...['details', null, 7].map((details) => ({ ...terms, details })),
  ...[-1, 0.5, '2026-01-01', null, 8_640_000_000_000_001, 2 ** 53].map((expiresAt) => ({ ...terms, expiresAt })),
  ...['', '../x', 'a'.repeat(65), 7, null].map((answers) => ({ ...terms, answers })),
  { ...terms, status: 'accepted' },
])('both the schema and the client refuse %o', (offer) => {
  expect(OfferPart.safeParse(offer).success).toBe(false)
  expect(offerProblem(offer)).toMatch(/^An? .+\.$/)
})

test.each([
  { ...terms, currency: 'XXX' },
  { ...terms, details: { list: new Array(300).fill(0) } },
])('a client leaves it to the server to refuse %j', (offer) => {
  expect([OfferPart.safeParse(offer).success, offerProblem(offer)]).toEqual([false, null])
})

test('every currency is one that a browser can name, with the decimals of the standard', () => {
  const known = new Set(Intl.supportedValuesOf('currency'))
  expect(currencyCodes.filter((code) => !/^[A-Z]{3}$/.test(code))).toEqual([])
  expect(currencyCodes.filter((code) => !known.has(code))).toEqual([])
  expect([...currencyCodes].sort()).toEqual(currencyCodes)
  const some = ['EUR', 'USD', 'JPY', 'KRW', 'KWD', 'TND', 'ISK', 'HUF']
  expect(some.map((code) => currencyDecimals.get(code))).toEqual([2, 2, 0, 0, 3, 3, 0, 2])
})
