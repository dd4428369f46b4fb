export interface HidingsTable {
  user_id: string
  conversation_id: string
  /** The conversation's `last_seq` when it was hidden: it is shown again with a later message. */
  up_to_seq: number
  /** 1 if the user has shown it again; 0 while it is hidden. */
  removed: 0 | 1
  /** The account's rev when this row last changed. */
  account_rev: number
}

declare module '../../storage/tables.ts' {
  interface Tables {
    hidings: HidingsTable
  }
}
