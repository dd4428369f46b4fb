import { type OperationName, operationNames } from '@parley/protocol'
import type { Rule } from '../core/policy.ts'
import { policy } from '../features/index.ts'

/** The relations that a user may have to a conversation. */
export const standings = {
  owner: { kind: 'room', state: 'active', role: 'owner' },
  admin: { kind: 'room', state: 'active', role: 'admin' },
  moderator: { kind: 'room', state: 'active', role: 'moderator' },
  member: { kind: 'room', state: 'active', role: 'member' },
  invited: { kind: 'room', state: 'invited', role: 'member' },
  left: { kind: 'room', state: 'left', role: 'member' },
  removed: { kind: 'room', state: 'removed', role: 'member' },
  banned: { kind: 'room', state: 'banned', role: 'member' },
  stranger: { kind: 'room', state: 'stranger', role: 'member' },
  direct: { kind: 'direct', state: 'active', role: 'member' },
  'outside direct': { kind: 'direct', state: 'stranger', role: 'member' },
} as const

export type Standing = keyof typeof standings
export const standingNames = Object.keys(standings) as Standing[]

/** Is the resource, such as a message, the caller’s own? */
export type Whose = 'own' | 'other'

/** The rule of an operation in the policy of all features. */
export const ruleOf = (name: OperationName): Rule => policy[name]

/** Every operation on a conversation, with whose resource it acts on: both for those whose resources have an owner. */
export const memberCases = operationNames
  .filter((name) => ruleOf(name).for === 'members')
  .flatMap((name) =>
    (('others' in policy[name] ? ['own', 'other'] : ['other']) as Whose[]).map((whose) => [name, whose] as const),
  )

/** Whose message a user of this standing can act on: one who was never in the conversation has no own message there. */
export const possibleOwner = (standing: Standing, whose: Whose): Whose =>
  standings[standing].state === 'stranger' || standing === 'invited' ? 'other' : whose

/** The outcome that the rule demands. `hidden`: the answer is exactly that for a thing that does not exist. */
export function ruledOutcome(name: OperationName, standing: Standing, whose: Whose): 'ok' | 'forbidden' | 'hidden' {
  const rule = ruleOf(name)
  const { kind, state, role } = standings[standing]
  if (rule.for !== 'members') throw new Error(`${name} is not about a conversation`)
  if (state === 'stranger' || !rule.states.includes(state)) return 'hidden'
  if (!rule.roles.includes(role) || !rule.kinds.includes(kind)) return 'forbidden'
  return whose === 'own' || !rule.others || rule.others.includes(role) ? 'ok' : 'forbidden'
}
