import type { Delivery } from '../../core/delivery.ts'
import type { ReadOfferEdits } from '../../core/foreign-position.ts'
import type { Store } from '../../storage/store.ts'
import { toMessage } from '../messages/message-store.ts'

/**
 * For dialects that send decisions about offers as edits: makes a `message.updated` for each earlier message whose
 * offer an event has changed, with the present state. Resolves with an empty list for other events.
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
