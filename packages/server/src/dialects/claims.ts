import { type PlanCaller, PlanError, refuse } from './dialect.ts'

interface Claiming {
  claims?: readonly string[]
}

/**
 * Refuses a payload that names somebody else as its author. Who asks is what the token says; a client that says otherwise
 * is mistaken about who is signed in, or lies, and to act in the name of the one who is would hide it.
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

/** The claim is an id, or a person who has one. */
const idIn = (claim: unknown): unknown =>
  typeof claim === 'object' && claim !== null && Object.hasOwn(claim, 'id') ? (claim as { id: unknown }).id : claim
