import type { Conversation, ConversationKind } from '@parley/protocol'
import { limits } from '@parley/protocol'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { ConversationAudience } from '../../core/deliver.ts'
import { hotStatement } from '../../storage/hot-statement.ts'
import { forMany, holdConversations, isAmong, lowerCase } from '../../storage/portable-sql.ts'
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

// Most conversations have nothing unread: there the first line alone says so.
const unreadOf = sql<number>`(select count(*) from (
  select 1 from messages as u where c.last_seq > m.read_seq and m.state = 'active'
  and u.conversation_id = c.id and u.seq > (case when m.read_seq > m.joined_seq then m.read_seq else m.joined_seq end)
  and u.sender_id <> m.user_id and u.deleted_at is null limit ${sql.lit(limits.unread)}) as unread)`

/** Reads and changes single conversations. */
const rowsOf = (db: Kysely<Tables>) => ({
  insert: (row: ConversationRow) => db.insertInto('conversations').values(row).execute(),

  byId: (id: string): Promise<ConversationRow | undefined> =>
    db.selectFrom('conversations').selectAll().where('id', '=', id).executeTakeFirst(),

  /** The membershipRev of each of these. */
  membershipRevs: async (ids: readonly string[]): Promise<Map<string, number>> => {
    if (ids.length === 0) return new Map()
    const rows = await db
      .selectFrom('conversations')
      .select(['id', 'membership_rev'])
      .where(isAmong(db, 'id', ids))
      .execute()
    return new Map(rows.map(({ id, membership_rev }) => [id, membership_rev]))
  },

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
  hold: (named: readonly { conversationId?: string; messageId?: string }[]) => holdConversations(db, named),

  update: (id: string, set: Partial<Omit<ConversationRow, 'id' | 'rev' | 'last_seq'>>) =>
    db.updateTable('conversations').set(set).where('id', '=', id).execute(),
})

/** What one user has in their list. */
const listsOf = (db: Kysely<Tables>) => ({
  /** The caller's conversations and invitations, the latest active first. */
  listedIds: async (userId: string, kind: ConversationKind | undefined, limit: number): Promise<string[]> => {
    const rows = await db
      .selectFrom('memberships as m')
      .innerJoin('conversations as c', 'c.id', 'm.conversation_id')
      .leftJoin('messages as last', (join) =>
        join.onRef('last.conversation_id', '=', 'c.id').onRef('last.seq', '=', 'c.last_seq'),
      )
      .select('c.id')
      .where('m.user_id', '=', userId)
      .where('m.state', 'in', ['active', 'invited'])
      .$if(kind !== undefined, (query) => query.where('c.kind', '=', kind ?? 'room'))
      .orderBy(sql`coalesce(last.created_at, c.created_at)`, 'desc')
      // Of two in one millisecond the id says which was later.
      .orderBy(sql`coalesce(last.id, c.id)`, 'desc')
      .limit(limit)
      .execute()
    return rows.map(({ id }) => id)
  },

  /** Those of these that the caller is in or invited to, each with their own membership and the last message. */
  listed: (userId: string, ids: readonly string[]) =>
    db
      .selectFrom('memberships as m')
      .innerJoin('conversations as c', 'c.id', 'm.conversation_id')
      .leftJoin('messages as last', (join) =>
        join.onRef('last.conversation_id', '=', 'c.id').onRef('last.seq', '=', 'c.last_seq'),
      )
      .selectAll('c')
      .select(['m.user_id', 'm.role', 'm.state', 'm.read_seq', 'm.delivered_seq', 'm.joined_at', 'm.joined_seq'])
      .select(['m.rev as own_rev', unreadOf.as('unread')])
      .select(['last.id as last_id', 'last.rev as last_rev', 'last.sender_id as last_sender_id'])
      .select(['last.type as last_type', 'last.body as last_body', 'last.created_at as last_created_at'])
      .select(['last.edited_at as last_edited_at', 'last.deleted_at as last_deleted_at'])
      .where('m.user_id', '=', userId)
      .where('m.state', 'in', ['active', 'invited'])
      .where(isAmong(db, 'c.id', ids))
      .execute(),
})

const roomsOf = (db: Kysely<Tables>) => ({
  publicRooms: (userId: string, text: string, limit: number) =>
    db
      .selectFrom('conversations as c')
      .selectAll('c')
      .select([
        sql<number>`(select count(*) from memberships where conversation_id = c.id and state = 'active')`.as('members'),
        sql<number>`(select count(*) from memberships where conversation_id = c.id and state = 'active'
          and user_id = ${userId})`.as('joined'),
      ])
      .where('c.visibility', '=', 'public')
      .where(
        sql<boolean>`${lowerCase(db, sql.ref('c.name'))} like ${`%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`,
      )
      .orderBy('c.created_at', 'desc')
      .limit(limit)
      .execute(),
})

export const conversationStore = (db: Kysely<Tables>) => ({ ...rowsOf(db), ...listsOf(db), ...roomsOf(db) })

declare module '../../storage/store.ts' {
  interface Store {
    conversations: ReturnType<typeof conversationStore>
  }
}
