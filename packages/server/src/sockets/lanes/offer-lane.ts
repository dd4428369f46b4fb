import type { Logger } from 'pino'
import type { Delivery } from '../../core/delivery.ts'
import type { ReadOfferEdits } from '../../core/foreign-position.ts'
import { createLane } from './lane.ts'

/** Sends an offer's change as a change of its message. The message is read at that moment, so it may be newer than the offer. */
export interface OfferLane {
  add(delivery: Delivery): void
}

export function createOfferLane(read: ReadOfferEdits, log: Logger, tell: (edit: Delivery) => void): OfferLane {
  const lane = createLane<Delivery>(
    async (delivery) => {
      for (const edit of await read(delivery)) tell(edit)
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
