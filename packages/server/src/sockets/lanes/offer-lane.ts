import type { Logger } from 'pino'
import type { Delivery } from '../../core/delivery.ts'
import type { ReadOfferEdits } from '../../core/foreign-position.ts'
import { createLane } from './lane.ts'

/**
 * Sends the change of an offer as an edit of its message. The message is read then, so it may be newer than the change.
 */
export interface OfferLane {
  add(delivery: Delivery): void
}

/**
 * Makes the lane. Its `add` takes decisions of offers and new messages with offers, and ignores all other events; for
 * each it later calls `send` with every edit that `read` finds. If that fails, it is logged and not tried again.
 */
export function createOfferLane(read: ReadOfferEdits, log: Logger, send: (edit: Delivery) => void): OfferLane {
  const lane = createLane<Delivery>(
    async (delivery) => {
      for (const edit of await read(delivery)) send(edit)
    },
    log,
    'what became of an offer was not told',
  )
  return {
    add: (delivery) => {
      if (delivery.name !== 'offer.decided' && delivery.name !== 'message.created') return
      // Most messages have nothing to do with offers.
      if (delivery.payload.offers) lane.add(delivery)
    },
  }
}
