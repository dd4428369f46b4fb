import type { Offer } from '@parley/protocol'
import { offerStatus } from '@parley/protocol/features/body/offer-rules'
import type { Kysely, Selectable } from 'kysely'
import { hotStatement } from '../../storage/hot-statement.ts'
import { isInList, listOf } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'
import type { OffersTable } from './offer-table.ts'

/** An offer with the fields that clients do not get. */
export interface StoredOffer extends Offer {
  conversationId: string
  negotiationId: string
}

const toStored = (row: Selectable<OffersTable>): StoredOffer => ({
  conversationId: row.conversation_id,
  negotiationId: row.negotiation_id,
  messageId: row.message_id,
  rev: row.rev,
  userId: row.user_id,
  status: row.status,
  expiresAt: row.expires_at,
  counterId: row.counter_id,
  history: JSON.parse(row.history) as Offer['history'],
})

/**
 * A stored offer in the form of the protocol. If it is open at `now` but `expiresAt` is reached, its status is
 * `expired`, which is never stored.
 */
export const offerAt = (stored: StoredOffer, now: number): Offer => {
  const { conversationId: _, negotiationId: __, ...offer } = stored
  return { ...offer, status: offerStatus(offer, now) }
}

// Each page and summary with an offer runs this, so it is compiled once.
const ofMessages = hotStatement<{ messageIds: unknown }, Selectable<OffersTable>>((db, { messageIds }) =>
  db
    .selectFrom('offers')
    .selectAll()
    .where(isInList(db, 'message_id', messageIds as never)),
)

const changedSince = hotStatement<{ conversationId: string; rev: number; limit: number }, Selectable<OffersTable>>(
  (db, { conversationId, rev, limit }) =>
    db
      .selectFrom('offers')
      .selectAll()
      .where('conversation_id', '=', conversationId)
      .where('rev', '>', rev)
      .orderBy('rev')
      .limit(limit),
)

/** Makes the store of offers. Each has one row, under the id of its message. */
export const offerStore = (db: Kysely<Tables>) => ({
  /** The offers in those of these messages that have one, open or closed, in any order. */
  ofMessages: async (messageIds: readonly string[]): Promise<StoredOffer[]> =>
    messageIds.length === 0 ? [] : (await ofMessages(db, { messageIds: listOf(db, messageIds) })).map(toStored),

  /** Inserts an open offer without a counter-offer; the given status and `counterId` are ignored. */
  insert: (offer: StoredOffer) =>
    db
      .insertInto('offers')
      .values({
        message_id: offer.messageId,
        conversation_id: offer.conversationId,
        negotiation_id: offer.negotiationId,
        user_id: offer.userId,
        status: 'open',
        expires_at: offer.expiresAt,
        counter_id: null,
        history: JSON.stringify(offer.history),
        rev: offer.rev,
      })
      .execute(),

  /** Stores the new status, counter-offer, history and rev of an open offer; does nothing if it is closed already. */
  close: (offer: Offer & { status: OffersTable['status'] }) =>
    db
      .updateTable('offers')
      .set({
        status: offer.status,
        counter_id: offer.counterId,
        history: JSON.stringify(offer.history),
        rev: offer.rev,
      })
      .where('message_id', '=', offer.messageId)
      .where('status', '=', 'open')
      .execute(),

  /** All offers of a negotiation, which counter each other, in any order. */
  inNegotiation: async (negotiationId: string): Promise<StoredOffer[]> =>
    (await db.selectFrom('offers').selectAll().where('negotiation_id', '=', negotiationId).execute()).map(toStored),

  /** Stores another history and rev of an offer, in any status; nothing else of it changes. */
  rewriteHistory: ({ messageId, history, rev }: Offer) =>
    db
      .updateTable('offers')
      .set({ history: JSON.stringify(history), rev })
      .where('message_id', '=', messageId)
      .execute(),

  /** Deletes the offer in a message; does nothing if the message has none. */
  drop: (messageId: string) => db.deleteFrom('offers').where('message_id', '=', messageId).execute(),

  /** The offers of a conversation that changed after a rev, in the order of their revs. */
  changedSince: async (conversationId: string, rev: number, limit: number): Promise<StoredOffer[]> =>
    (await changedSince(db, { conversationId, rev, limit })).map(toStored),
})

declare module '../../storage/store.ts' {
  interface Store {
    offers: ReturnType<typeof offerStore>
  }
}
