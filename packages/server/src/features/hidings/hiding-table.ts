export interface HidingsTable {
  user_id: string
  conversation_id: string
  /** The conversation's last_seq when it was hidden. */
  up_to_seq: number
  /** 1 once it was shown again. */
  removed: 0 | 1
  /** The account's rev when this row last changed. */
  account_rev: number
}

declare module '../../storage/tables.ts' {
  interface Tables {
    hidings: HidingsTable
  }
}
