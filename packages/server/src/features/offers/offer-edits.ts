import type { Delivery } from '../../core/delivery.ts'
import type { ReadOfferEdits } from '../../core/foreign-position.ts'
import type { Store } from '../../storage/store.ts'
import { toMessage } from '../messages/message-store.ts'

/**
 * Makes a function for dialects that send decisions about offers as edits. For an event that changed offers, it
 * resolves with a `message.updated` for each of their messages, as it is now, for the audience of the event; it sends
 * nothing. Left out are deleted messages and those that the event itself brings. Other events give an empty list.
 */
export const createReadOfferEdits =
  (store: Store): ReadOfferEdits =>
  async (delivery) => {
    if (delivery.name !== 'offer.decided' && delivery.name !== 'message.created') return []
    const { audience, payload } = delivery
    const { conversationId, rev } = payload
    const rows = await store.messages.byIds(closedIn(delivery).map((id) => ({ id })))
    const messages = rows.flatMap((row) => (row && row.deleted_at === null ? toMessage(row) : []))
    const sideOf = await store.rows.sideLoad([{ messages }])
    return messages.map((message): Delivery => {
      const shown = { messages: [message] }
      return { name: 'message.updated', payload: { conversationId, rev, ...shown, ...sideOf(shown) }, audience }
    })
  }

/** The ids of earlier messages whose offers this event has changed. */
function closedIn({ payload: { messages = [], offers = [] } }: Delivery<'message.created' | 'offer.decided'>) {
  const isNew = new Set(messages.map(({ id }) => id))
  return offers.flatMap(({ messageId }) => (isNew.has(messageId) ? [] : messageId))
}
