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
 * Throws a PlanError if a payload names another user than the caller in one of the fields `claims`, which name its
 * author: `forbidden`, or `invalid_input` if the field is no id. The token alone identifies the caller; ignoring such a
 * field would hide that the client is wrong about the user or forges it. The `claims` of a route or event go before
 * those of its dialect.
 */
export function refuseClaims(
  dialect: Claiming,
  { claims = dialect.claims }: Claiming,
  payload: unknown,
  caller: Pick<PlanCaller, 'user'>,
) {
  if (typeof payload !== 'object' || payload === null) return
  for (const field of claims ?? []) {
    const claimed = Object.hasOwn(payload, field) ? idIn((payload as Record<string, unknown>)[field]) : undefined
    if (claimed === undefined || claimed === null || claimed === caller.user.id) continue
    if (typeof claimed !== 'string') refuse(`${field} must be your own id`)
    throw new PlanError({ code: 'forbidden', message: `${field} names somebody else.`, requestId: '' })
  }
}

/** The id in a claim, which is an id or an object with one. */
const idIn = (claim: unknown): unknown =>
  typeof claim === 'object' && claim !== null && Object.hasOwn(claim, 'id') ? (claim as { id: unknown }).id : claim
