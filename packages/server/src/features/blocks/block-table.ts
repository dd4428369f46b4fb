export interface BlocksTable {
  user_id: string
  /** Who is blocked. */
  other_id: string
  /** 1 once it was lifted. */
  removed: 0 | 1
  since: number
  /** The account's rev when this row last changed. */
  account_rev: number
}

/** How far somebody had read and received when a block began: so much `viewer_id` goes on seeing of it. */
export interface HiddenReceiptsTable {
  conversation_id: string
  user_id: string
  viewer_id: string
  read_seq: number
  delivered_seq: number
}

declare module '../../storage/tables.ts' {
  interface Tables {
    blocks: BlocksTable
    hidden_receipts: HiddenReceiptsTable
  }
}
