/**
 * `declined` is shown as `ended`. Further requests of the other user are not delivered until the owner of the row
 * requests.
 */
export type StoredState = 'requested' | 'received' | 'accepted' | 'ended' | 'declined'

export interface ContactsTable {
  user_id: string
  /** The other user. Each of the two has an own row. */
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
