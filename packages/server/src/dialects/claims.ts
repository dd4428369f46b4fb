import { type PlanCaller, PlanError, refuse } from './dialect.ts'

/** The fields by which clients of any of the documents name the author of a payload. */
export const authorFields = [
  'userId',
  'user_id',
  'senderId',
  'sender_id',
  'sender',
  'user',
  'createdBy',
  'created_by',
] as const

interface Claiming {
  claims?: readonly string[]
}

/**
 * Throws a PlanError if a payload names another user than the caller as its author: `forbidden`, or `invalid_input` if
 * the field holds no text. It checks the own properties that the `claims` of the route or event list, or, if it leaves
 * them out, those of the dialect; an empty list checks nothing. A claim is an id, or an object with `id` or `_id`, of
 * which each present one must be the caller's. A payload that is no object and missing or null fields pass. The token
 * alone identifies the caller; ignoring a false claim would hide a mistake or a forgery.
 */
export function refuseClaims(
  dialect: Claiming,
  { claims = dialect.claims }: Claiming,
  payload: unknown,
  caller: Pick<PlanCaller, 'user'>,
) {
  if (typeof payload !== 'object' || payload === null) return
  for (const field of claims ?? []) {
    const claim = Object.hasOwn(payload, field) ? (payload as Record<string, unknown>)[field] : undefined
    for (const id of idsIn(claim ?? caller.user.id)) {
      if (id === caller.user.id) continue
      if (typeof id !== 'string') refuse(`${field} must be your own id`)
      throw new PlanError({ code: 'forbidden', message: `${field} names somebody else.`, requestId: '' })
    }
  }
}

/** The ids in a claim, which is an id or an object with one as `id` or `_id`. */
function idsIn(claim: unknown): unknown[] {
  if (typeof claim !== 'object' || claim === null) return [claim]
  const ids = ['id', '_id'].flatMap((name) =>
    Object.hasOwn(claim, name) ? [(claim as Record<string, unknown>)[name]] : [],
  )
  return ids.length > 0 ? ids : [claim]
}
