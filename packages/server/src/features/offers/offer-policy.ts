import type { ConversationKind, OfferDecision, Role } from '@parley/protocol'
import { moderators, nobody, ofMessage, type Rules } from '../../core/policy.ts'

export const offerPolicy = {
  'offer.decide': ofMessage,
} as const satisfies Rules

type Own = typeof offerPolicy
declare module '../../core/policy.ts' {
  interface Policy extends Own {}
}

interface OfferRule {
  /** May the one who made the offer do it? */
  maker: boolean
  /** The roles that may do it to the offer of somebody else. */
  others: Readonly<Record<ConversationKind, readonly Role[]>>
}

const everybody = [...moderators, 'member'] as const

/**
 * Who may do what with an open offer. In a room an offer is to everybody: the first other member who accepts or counters it
 * has it, but one member does not decline for all, which moderators do.
 */
export const offerRules: Readonly<Record<OfferDecision | 'counter', OfferRule>> = {
  accept: { maker: false, others: { direct: everybody, room: everybody } },
  counter: { maker: false, others: { direct: everybody, room: everybody } },
  decline: { maker: false, others: { direct: everybody, room: moderators } },
  withdraw: { maker: true, others: { direct: nobody, room: nobody } },
}
