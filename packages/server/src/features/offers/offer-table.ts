import type { Offer } from '@parley/protocol'

/** What becomes of an offer. Its terms stand in the body of its message, and the row goes with that. */
export interface OffersTable {
  message_id: string
  conversation_id: string
  /** The message of the first offer: the same for all that counter each other. */
  negotiation_id: string
  /** Who made it. */
  user_id: string
  /** Never `expired`: that is an open one, looked at later than `expires_at`. */
  status: Exclude<Offer['status'], 'expired'>
  expires_at: number | null
  counter_id: string | null
  /** JSON of the steps that led here. */
  history: string
  rev: number
}

declare module '../../storage/tables.ts' {
  interface Tables {
    offers: OffersTable
  }
}
