export interface BlocksTable {
  user_id: string
  /** The blocked user. */
  other_id: string
  /** 1 once the block was lifted. */
  removed: 0 | 1
  since: number
  /** The account's rev when this row last changed. */
  account_rev: number
}

/** The positions of `user_id` when a block began, as `viewer_id` sees them while it lasts. */
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
