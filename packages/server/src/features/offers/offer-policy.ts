import type { ConversationKind, OfferDecision, Role } from '@parley/protocol'
import { moderators, nobody, ofMessage, type Rules, writing } from '../../core/policy.ts'

export const offerPolicy = {
  'offer.decide': { ...ofMessage, ...writing },
} as const satisfies Rules

type Own = typeof offerPolicy
declare module '../../core/policy.ts' {
  interface Policy extends Own {}
}

interface OfferRule {
  /** Whether the maker of the offer may do it. */
  maker: boolean
  /** The roles that may do it to an offer of another member. */
  others: Readonly<Record<ConversationKind, readonly Role[]>>
}

const everybody = [...moderators, 'member'] as const

/**
 * The rules for actions on an open offer. In a room an offer is made to all members: any other member can accept or
 * counter it, and the first one decides. Only moderators can decline it, because that declines for all.
 */
export const offerRules: Readonly<Record<OfferDecision | 'counter', OfferRule>> = {
  accept: { maker: false, others: { direct: everybody, room: everybody } },
  counter: { maker: false, others: { direct: everybody, room: everybody } },
  decline: { maker: false, others: { direct: everybody, room: moderators } },
  withdraw: { maker: true, others: { direct: nobody, room: nobody } },
}
