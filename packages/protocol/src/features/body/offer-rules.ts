import { idPattern } from '../../client-limits.ts'
import { isStorable } from '../../text-rules.ts'
import type { Offer, OfferStatus } from '../offers.ts'

// Constants of their own, because a client, which checks only these, need not contain the other limits.
const mostAmount = 999_999_999_999_999
/** The last moment that a `Date` can have: a client could not show a later one. */
const lastMoment = 8_640_000_000_000_000

/**
 * The greatest values of an offer: `amount` in the smallest unit of its currency, `expiresAt` in milliseconds since
 * 1970, and `steps`, the entries of its history. Those with `details` limit its bytes as JSON, its depth, its values
 * with nested ones, and the length of a key.
 */
export const offerLimits = {
  amount: mostAmount,
  detailsBytes: 4 * 1024,
  detailsDepth: 5,
  detailsValues: 200,
  detailsKey: 64,
  steps: 20,
  expiresAt: lastMoment,
} as const

/**
 * Returns the status of an offer at the time `now`, in milliseconds since 1970: `expired` for an open one from its
 * `expiresAt` on, otherwise that of the row. No row changes when an offer expires: a client that shows it uses its own
 * clock, and the server refuses late decisions by its clock.
 */
export const offerStatus = ({ status, expiresAt }: Pick<Offer, 'status' | 'expiresAt'>, now: number): OfferStatus =>
  status === 'open' && expiresAt !== null && expiresAt <= now ? 'expired' : status

/** Keys with which an object could change the prototype of others. */
const hostileKeys = new Set(['__proto__', 'constructor', 'prototype'])

const isGoodKey = (key: string) => key.length <= offerLimits.detailsKey && isStorable(key) && !hostileKeys.has(key)

const isPlainObject = (value: object) =>
  Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null

/** Is it a JSON value with storable texts, at most `depth` deep, of at most `room.values` values? Reduces `room`. */
function isJson(value: unknown, depth: number, room: { values: number }): boolean {
  if (--room.values < 0) return false
  if (value === null || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value === 'string') return value.length <= offerLimits.detailsBytes && isStorable(value)
  if (typeof value !== 'object' || depth === 0) return false
  if (Array.isArray(value)) {
    return value.length <= room.values && Array.from(value).every((one: unknown) => isJson(one, depth - 1, room))
  }
  return (
    isPlainObject(value) && Object.entries(value).every(([key, one]) => isGoodKey(key) && isJson(one, depth - 1, room))
  )
}

/**
 * Returns true if the value can be the `details` of an offer: a plain JSON object within `offerLimits` (depth and
 * number of values, both with the object itself, length of keys, bytes as UTF-8 JSON). False also for a text or a key
 * that cannot be stored, the keys `__proto__`, `constructor` and `prototype`, undefined fields, and instances of
 * classes, such as a Date.
 */
export function isDetails(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  if (!isJson(value, offerLimits.detailsDepth, { values: offerLimits.detailsValues })) return false
  return new TextEncoder().encode(JSON.stringify(value)).length <= offerLimits.detailsBytes
}

const isWhole = (value: unknown, max: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max

const currencyForm = /^[A-Z]{3}$/

const isText = (value: unknown, pattern: RegExp) => typeof value === 'string' && pattern.test(value)

const isOptional = (value: unknown, isGood: (value: unknown) => boolean) => value === undefined || isGood(value)

/**
 * Returns a sentence, always the same, for terms that no server takes, because a field is missing, unknown or of the
 * wrong form; otherwise null. The limits of `details` are not checked here: forms ask `isDetails`. Nor is the list of
 * currencies checked, so a server may still refuse the terms.
 */
export function offerProblem(value: unknown): string | null {
  // JSON omits undefined fields.
  const given = Object.fromEntries(Object.entries(Object(value)).filter(([, field]) => field !== undefined))
  const { amount, currency, details, expiresAt, answers, ...more } = given
  const isGood =
    Object.keys(more).length === 0 &&
    isWhole(amount, mostAmount) &&
    isText(currency, currencyForm) &&
    isOptional(details, (given) => Object(given) === given) &&
    isOptional(expiresAt, (time) => isWhole(time, lastMoment)) &&
    isOptional(answers, (id) => isText(id, idPattern))
  return isGood
    ? null
    : 'An offer has an amount, a currency and, where needed, details, an expiry and the message that it answers.'
}
