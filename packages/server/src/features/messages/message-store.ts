import type { Body, Message } from '@parley/protocol'
import { type Kysely, type Selectable, sql } from 'kysely'
import { forMany, hotStatement } from '../../storage/hot-statement.ts'
import { insertMany } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'
import type { MessagesTable } from './message-table.ts'

export type MessageRow = Selectable<MessagesTable>

/** A row as clients see the message; `body` is null once it is deleted. */
export const toMessage = (row: Omit<MessageRow, 'sent_hash'>): Message =>
  withBody(row, row.body === null ? null : (JSON.parse(row.body) as Body))

/** The same as `toMessage`, but with this body, which is parsed already; the body of the row is ignored. */
export const withBody = (row: Omit<MessageRow, 'sent_hash'>, body: Body | null): Message => ({
  id: row.id,
  conversationId: row.conversation_id,
  seq: row.seq,
  rev: row.rev,
  senderId: row.sender_id,
  type: row.type,
  body,
  createdAt: row.created_at,
  editedAt: row.edited_at,
  deletedAt: row.deleted_at,
})

const byId = hotStatement<{ id: string }, MessageRow>((db, { id }) =>
  db.selectFrom('messages').selectAll().where('id', '=', id),
)

const byIds = forMany<{ id: string }, MessageRow>(
  byId,
  { id: 'text' },
  (given) => sql`select given.at, m.* from ${given} join messages m using (id)`,
)

type NewRow = Omit<MessageRow, 'sent_hash' | 'edited_at' | 'deleted_at'>

const insertAll = insertMany<NewRow>('messages', {
  conversation_id: 'text',
  seq: 'bigint',
  id: 'text',
  rev: 'bigint',
  sender_id: 'text',
  type: 'text',
  body: 'text',
  created_at: 'bigint',
})

/** Makes the store of single messages. `update` stores body, rev, hash and times; it ignores a message that is gone. */
export const messageStore = (db: Kysely<Tables>) => ({
  byId: async (id: string): Promise<MessageRow | undefined> => (await byId(db, { id }))[0],
  /** The message with each id, in their order; undefined if it is not stored. */
  byIds: async (wanted: readonly { id: string }[]) => (await byIds(db, wanted)).map(([row]) => row),

  insertAll: (rows: readonly NewRow[]) => insertAll(db, rows),
  update: (row: MessageRow) =>
    db
      .updateTable('messages')
      .set({
        body: row.body,
        rev: row.rev,
        sent_hash: row.sent_hash,
        edited_at: row.edited_at,
        deleted_at: row.deleted_at,
      })
      .where('conversation_id', '=', row.conversation_id)
      .where('seq', '=', row.seq)
      .execute(),
})

declare module '../../storage/store.ts' {
  interface Store {
    messages: ReturnType<typeof messageStore>
  }
}
