import type { AccountRowKind } from '../../core/rows/account-row-kind.ts'
import { type ContactRow, toContact } from './contact-store.ts'

/** The user's own contacts, each with the other user. A device that holds no rows yet gets no ended ones. */
export const contactRows: AccountRowKind<ContactRow> = {
  changedSince: async (store, userId, since, { isAnew, most }) => {
    const rows = await store.contacts.ofAccountSince(userId, since, isAnew, most)
    return rows.map((row) => ({ rev: row.account_rev, row }))
  },

  bring: async (store, _, rows) => {
    const users = new Map((await store.users.byIds(rows.map((row) => row.other_id))).map((user) => [user.id, user]))
    return rows.map((row) => {
      const user = users.get(row.other_id)
      return { contacts: [toContact(row)], users: user ? [user] : [] }
    })
  },
}
