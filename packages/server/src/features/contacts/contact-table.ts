/** `declined` is shown as `ended`: requests of this person do not arrive until the one who declined asks them. */
export type StoredState = 'requested' | 'received' | 'accepted' | 'ended' | 'declined'

export interface ContactsTable {
  user_id: string
  /** Whom it is about. Each of two people has a row of their own, as they see it. */
  other_id: string
  state: StoredState
  since: number
  /** The account's rev when this row last changed. */
  account_rev: number
}

declare module '../../storage/tables.ts' {
  interface Tables {
    contacts: ContactsTable
  }
}
