import type { Offer } from '@parley/protocol'
import type { BodyPart, PartContext } from '../../core/body/body-part.ts'
import { unchanged } from '../../core/body/composed-body-parts.ts'
import type { MemberContext } from '../../core/context.ts'
import { OperationError } from '../../core/operation-error.ts'
import { assertMay, assertOpen, assertRoomForStep, stepOf } from './offer-changes.ts'
import { offerAt, type StoredOffer } from './offer-store.ts'

/**
 * The offer in a body, as a part of it. A send throws `invalid_input` if it has expired already. A counter-offer
 * (`answers`) closes the offer that it names as `countered`; it throws `not_found` if there is none in this
 * conversation, and as `assertMay`, `assertOpen` and `assertRoomForStep` do. An edit with another offer is `forbidden`.
 * With a message its offer is deleted, and its steps in the histories of the other offers of the negotiation.
 */
export const offerBody: BodyPart<'offer'> = {
  part: 'offer',

  check: async (part, context) => {
    if (part.expiresAt !== undefined && part.expiresAt <= context.now) {
      throw new OperationError('invalid_input', 'body.offer.expiresAt: is in the past')
    }
    if (part.answers === undefined) return
    const answered = await offerOf(part.answers, context)
    assertMay('counter', answered, context)
    assertOpen(answered, context)
    assertRoomForStep(answered)
  },

  bind: async (part, context) => {
    const { id, rev, conversation_id, sender_id } = context.message
    const answered = part.answers === undefined ? undefined : await offerOf(part.answers, context)
    const step = stepOf(answered ? 'countered' : 'offered', id, part, context)
    const offer: StoredOffer = {
      messageId: id,
      rev,
      userId: sender_id,
      status: 'open',
      expiresAt: part.expiresAt ?? null,
      counterId: null,
      history: [...(answered?.history ?? []), step],
      conversationId: conversation_id,
      negotiationId: answered?.negotiationId ?? id,
    }
    await context.store.offers.insert(offer)
    const offers = [offerAt(offer, context.now)]
    if (answered) offers.unshift(await counter(answered, offer, context))
    return { beside: { offers } }
  },

  // Offers are included, because dialects send the whole message again, with the state of its offer.
  edit: async (before, after, { store, message, now }) => {
    const value = unchanged('offer', before, after)
    const offers = await store.offers.ofMessages([message.id])
    return { value, beside: { offers: offers.map((offer) => offerAt(offer, now)) } }
  },

  drop: async (_, context) => ({ offers: await forget(context) }),
}

/** The offer in a message of this conversation. Throws `not_found`. */
async function offerOf(messageId: string, { store, reach }: MemberContext): Promise<StoredOffer> {
  const [offer] = await store.offers.ofMessages([messageId])
  if (!offer || offer.conversationId !== reach.conversation.id) throw new OperationError('not_found')
  return offer
}

/** Closes an offer as countered by the offer of a new message, with its rev. */
async function counter(answered: StoredOffer, by: StoredOffer, { store, now }: MemberContext): Promise<Offer> {
  const { rev, history, messageId: counterId } = by
  const countered = { ...answered, status: 'countered' as const, rev, history, counterId }
  await store.offers.close(countered)
  return offerAt(countered, now)
}

/**
 * Deletes the offer of a message, and its steps in the histories of the other offers of the negotiation; returns these.
 */
async function forget({ message, store, now }: PartContext): Promise<Offer[]> {
  const { offers } = store
  const [own] = await offers.ofMessages([message.id])
  if (!own) return []
  await offers.drop(message.id)
  const others = await offers.inNegotiation(own.negotiationId)
  const changed = others
    .map((other) => ({ ...other, history: other.history.filter(({ messageId }) => messageId !== message.id) }))
    .filter((other, at) => other.history.length !== others[at]?.history.length)
    .map((other) => ({ ...other, rev: message.rev }))
  for (const other of changed) await offers.rewriteHistory(other)
  return changed.map((other) => offerAt(other, now))
}
