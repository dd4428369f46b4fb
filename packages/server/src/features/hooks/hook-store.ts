import type { Hook } from '@parley/protocol'
import type { Kysely, Selectable } from 'kysely'
import type { Tables } from '../../storage/tables.ts'
import type { HooksTable } from './hook-table.ts'

export type HookRow = Selectable<HooksTable>

/** An incoming webhook in the form of the protocol, without the hash of its secret. */
export const toHook = (row: HookRow): Hook => ({
  id: row.id,
  conversationId: row.conversation_id,
  userId: row.user_id,
  name: row.name,
  createdBy: row.created_by,
  createdAt: row.created_at,
})

/** The incoming webhooks, read and written in `db`. To end one with its bot, use `endHooks`. */
export const hookStore = (db: Kysely<Tables>) => ({
  insert: (row: HookRow) => db.insertInto('hooks').values(row).execute(),

  byId: (id: string): Promise<HookRow | undefined> =>
    db.selectFrom('hooks').selectAll().where('id', '=', id).executeTakeFirst(),

  /** The incoming webhooks of a conversation, oldest first. */
  of: (conversationId: string): Promise<HookRow[]> =>
    db.selectFrom('hooks').selectAll().where('conversation_id', '=', conversationId).orderBy('id').execute(),

  /** The incoming webhooks of a conversation that a user made, at most 20, in any order. */
  madeBy: (conversationId: string, userId: string): Promise<HookRow[]> =>
    db
      .selectFrom('hooks')
      .selectAll()
      .where('conversation_id', '=', conversationId)
      .where('created_by', '=', userId)
      .execute(),

  /** Deletes the row alone: its bot and the bot's key stay. */
  remove: (id: string) => db.deleteFrom('hooks').where('id', '=', id).execute(),

  /** Deletes those whose bot is this user. */
  removeOf: (userId: string) => db.deleteFrom('hooks').where('user_id', '=', userId).execute(),
})

declare module '../../storage/store.ts' {
  interface Store {
    hooks: ReturnType<typeof hookStore>
  }
}
