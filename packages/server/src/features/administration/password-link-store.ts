import type { Kysely, Selectable } from 'kysely'
import type { Tables } from '../../storage/tables.ts'
import type { PasswordLinksTable } from './administration-table.ts'

export type PasswordLinkRow = Selectable<PasswordLinksTable>

/**
 * Makes the store of links by which users set a new password, found by the hash of their token; `byHash` also finds
 * expired ones. `endOf` deletes those for a user, `endAll` also those that the user made for others.
 */
export const passwordLinkStore = (db: Kysely<Tables>) => ({
  insert: (row: PasswordLinkRow) => db.insertInto('password_links').values(row).execute(),

  byHash: (tokenHash: string): Promise<PasswordLinkRow | undefined> =>
    db.selectFrom('password_links').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst(),

  /** Deletes the links that set this user's password. */
  endOf: (userId: string) => db.deleteFrom('password_links').where('user_id', '=', userId).execute(),

  /** Deletes the links that set this user's password, and those that this user made for others. */
  endAll: (userId: string) =>
    db
      .deleteFrom('password_links')
      .where((eb) => eb.or([eb('user_id', '=', userId), eb('made_by', '=', userId)]))
      .execute(),
})

declare module '../../storage/store.ts' {
  interface Store {
    passwordLinks: ReturnType<typeof passwordLinkStore>
  }
}
