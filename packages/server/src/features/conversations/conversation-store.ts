import type { Conversation } from '@parley/protocol'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { ConversationAudience } from '../../core/deliver.ts'
import { forMany, hotStatement, isPostgres } from '../../storage/hot-statement.ts'
import type { Tables } from '../../storage/tables.ts'
import type { ConversationsTable } from './conversation-table.ts'

export type ConversationRow = Selectable<ConversationsTable>

/** What every operation in a conversation must know of it. The rest is read by those who need it. */
export type ConversationHead = Pick<
  ConversationRow,
  'id' | 'kind' | 'direct_key' | 'last_seq' | 'rev' | 'membership_rev' | 'settings_rev'
>

export const toConversation = (row: ConversationRow): Conversation => ({
  id: row.id,
  kind: row.kind,
  visibility: row.visibility,
  name: row.name,
  topic: row.topic,
  context: row.context,
  createdBy: row.created_by,
  createdAt: row.created_at,
  rev: row.settings_rev,
})

/** What identifies a direct conversation: its people, in order, and its context. */
export const directKey = (userIds: string[], context: string | null) =>
  JSON.stringify([...new Set(userIds)].sort().concat(context === null ? [] : [`#${context}`]))

/** The one or two people of a direct conversation; nobody for a room. */
export const directUserIds = (row: Pick<ConversationRow, 'direct_key'>): string[] =>
  row.direct_key === null ? [] : (JSON.parse(row.direct_key) as string[]).filter((part) => !part.startsWith('#'))

/** The members of a conversation as the audience of an event. */
export const audienceOf = (row: Omit<ConversationHead, 'last_seq' | 'rev' | 'settings_rev'>): ConversationAudience => ({
  channels: [{ kind: 'conversation', id: row.id }],
  membershipRev: row.membership_rev,
  about: { kind: row.kind, directUserIds: directUserIds(row) },
})

export interface AdvancedRev {
  rev: number
  last_seq: number
  membership_rev: number
}

/*
 * The row of the conversation is the only source of its numbers, and it is held from before they are read until the
 * commit: so seq and rev have no gap and are taken in the order of the commits.
 */
const step = hotStatement<{ id: string }, AdvancedRev>((db, { id }) =>
  db
    .updateTable('conversations')
    .set({ rev: sql`rev + 1` })
    .where('id', '=', id)
    .returning(['rev', 'last_seq', 'membership_rev']),
)

// In the order of their ids, so that two nodes never wait for each other.
const hold = hotStatement<{ ids: unknown; messageIds: unknown }, never>((db, { ids, messageIds }) => ({
  // The conversation of a message never changes, so the lock is on the right one.
  compile: () =>
    sql<never>`select id from conversations where id = any(${ids}::text[])
      or id = any(array(select conversation_id from messages where id = any(${messageIds}::text[])))
      order by id for no key update`.compile(db),
}))

/** The last numbers of a conversation that are taken. */
export type Numbers = Pick<ConversationRow, 'id' | 'last_seq' | 'rev'>

const advance = hotStatement<Numbers, never>((db, { id, last_seq, rev }) =>
  db.updateTable('conversations').set({ last_seq, rev }).where('id', '=', id),
)

const advanceAll = forMany<Numbers, never>(
  advance,
  { id: 'text', last_seq: 'bigint', rev: 'bigint' },
  (given) => sql`update conversations as c set last_seq = given.last_seq, rev = given.rev from ${given}
    where c.id = given.id`,
)

/** Reads and changes single conversations. */
export const conversationStore = (db: Kysely<Tables>) => ({
  insert: (row: ConversationRow) => db.insertInto('conversations').values(row).execute(),

  byId: (id: string): Promise<ConversationRow | undefined> =>
    db.selectFrom('conversations').selectAll().where('id', '=', id).executeTakeFirst(),

  byDirectKey: (key: string): Promise<ConversationRow | undefined> =>
    db.selectFrom('conversations').selectAll().where('direct_key', '=', key).executeTakeFirst(),

  /** Takes the next rev, for a change that is no message. */
  step: async (id: string): Promise<AdvancedRev> => {
    const [row] = await step(db, { id })
    if (!row) throw new Error(`There is no conversation ${id}.`)
    return row
  },

  /** What was taken up to now, of conversations that are held. */
  advanceAll: (taken: readonly Numbers[]) => advanceAll(db, taken),

  /**
   * Nobody else changes these conversations until the commit. Every command on a conversation begins with this: what it
   * then reads is what it changes, on whatever node the change before it was made.
   */
  hold: async (named: readonly { conversationId?: string; messageId?: string }[]): Promise<void> => {
    // On SQLite the one writer holds everything.
    if (!isPostgres(db)) return
    const ids = [...new Set(named.flatMap(({ conversationId }) => conversationId ?? []))]
    const messageIds = [...new Set(named.flatMap(({ messageId }) => messageId ?? []))]
    if (ids.length + messageIds.length > 0) await hold(db, { ids, messageIds })
  },

  update: (id: string, set: Partial<Omit<ConversationRow, 'id' | 'rev' | 'last_seq'>>) =>
    db.updateTable('conversations').set(set).where('id', '=', id).execute(),
})

declare module '../../storage/store.ts' {
  interface Store {
    conversations: ReturnType<typeof conversationStore>
  }
}
