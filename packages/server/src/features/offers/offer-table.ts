import type { Offer } from '@parley/protocol'

/** The state of an offer. Its terms are in the body of its message; the row is deleted with the message. */
export interface OffersTable {
  message_id: string
  conversation_id: string
  /** The message of the first offer, for all offers that counter each other. */
  negotiation_id: string
  /** The maker of the offer. */
  user_id: string
  /** Never `expired`, which is an open offer after `expires_at`. */
  status: Exclude<Offer['status'], 'expired'>
  expires_at: number | null
  counter_id: string | null
  /** The steps of the negotiation up to now, in JSON. */
  history: string
  rev: number
}

declare module '../../storage/tables.ts' {
  interface Tables {
    offers: OffersTable
  }
}
