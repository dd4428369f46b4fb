import type { Body, Message } from '@parley/protocol'
import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely'
import { hotStatement } from '../../storage/hot-statement.ts'
import { forMany, insertMany } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'
import type { MessagesTable } from './message-table.ts'

export type MessageRow = Selectable<MessagesTable>

export const toMessage = (row: Omit<MessageRow, 'sent_hash'>): Message =>
  withBody(row, row.body === null ? null : (JSON.parse(row.body) as Body))

/** The same for a body that need not be read from the row. */
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

interface PageStart {
  conversationId: string
  seq: number
  limit: number
}

const before = hotStatement<PageStart, MessageRow>((db, { conversationId, seq, limit }) =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('seq', '<', seq)
    .orderBy('seq', 'desc')
    .limit(limit),
)

const after = hotStatement<PageStart, MessageRow>((db, { conversationId, seq, limit }) =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(limit),
)

type Changed = PageStart & { rev: number }

// What is new stands behind `seq`; what changed later, at any place, is in the index of changed messages. The sum keeps
// SQLite from looking by place instead, through all that was ever said here.
const changed = (given: Record<keyof Changed, RawBuilder<unknown>>, columns: RawBuilder<unknown>) => {
  const { conversationId, seq, rev, limit } = given
  return sql`select ${columns} from messages where conversation_id = ${conversationId} and seq > ${seq} and rev > ${rev}
    union all select ${columns} from messages where conversation_id = ${conversationId} and sent_hash is not null
    and rev > ${rev} and seq + 0 <= ${seq} limit ${limit}`
}

const changedSince = hotStatement<Changed, MessageRow>((db, holes) => ({
  compile: () => sql<MessageRow>`${changed(holes, sql`messages.*`)}`.compile(db),
}))

// Neither engine reads a long text for its length.
const changedSize = hotStatement<Changed, { rows: number; bytes: number }>((db, holes) => ({
  compile: () =>
    sql<{ rows: number; bytes: number }>`select count(*) as rows, cast(coalesce(sum(size), 0) as bigint) as bytes
    from (${changed(holes, sql`octet_length(body) as size`)}) as changed`.compile(db),
}))

/** Each new message took one rev, so since `rev` there are at most `now.rev - rev` new ones, and they are the last. */
const newBehind = (rev: number, now: { rev: number; last_seq: number }) => Math.max(0, now.last_seq - (now.rev - rev))

export const messageStore = (db: Kysely<Tables>) => ({
  byId: async (id: string): Promise<MessageRow | undefined> => (await byId(db, { id }))[0],

  /** The message under each id, if it is stored. */
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

  /** The messages before a place, the nearest first. */
  before: (conversationId: string, seq: number, limit: number) => before(db, { conversationId, seq, limit }),

  /** The messages after a place, the nearest first. */
  after: (conversationId: string, seq: number, limit: number) => after(db, { conversationId, seq, limit }),

  /** The messages that changed after a rev, each in its present state. */
  changedSince: async (conversationId: string, rev: number, now: { rev: number; last_seq: number }, limit: number) =>
    (await changedSince(db, { conversationId, seq: newBehind(rev, now), rev, limit })).map(toMessage),

  /** How many these are, and the bytes of their bodies, without reading them. */
  changedSize: async (conversationId: string, rev: number, now: { rev: number; last_seq: number }, limit: number) => {
    const [size] = await changedSize(db, { conversationId, seq: newBehind(rev, now), rev, limit })
    return size ?? { rows: 0, bytes: 0 }
  },
})

declare module '../../storage/store.ts' {
  interface Store {
    messages: ReturnType<typeof messageStore>
  }
}
