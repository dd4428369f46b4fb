import type { Delivery } from '../../core/delivery.ts'
import type { ReadOfferEdits } from '../../core/foreign-position.ts'
import type { Store } from '../../storage/store.ts'
import { toMessage } from '../messages/message-store.ts'

/** Reads the messages whose offers are closed by an event, as they are now. */
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

/** The messages of offers that are not new with this event. */
function closedIn({ payload: { messages = [], offers = [] } }: Delivery<'message.created' | 'offer.decided'>) {
  const isNew = new Set(messages.map(({ id }) => id))
  return offers.flatMap(({ messageId }) => (isNew.has(messageId) ? [] : messageId))
}
