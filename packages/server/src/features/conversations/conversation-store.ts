import { type Conversation, type ConversationKind, limits } from '@parley/protocol'
import { comparableName } from '@parley/protocol/features/name-rules'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { TimeCursor } from '../../core/time-cursor.ts'
import { hotStatement } from '../../storage/hot-statement.ts'
import { isAmong, isInList, listOf, takeTurns } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'
import type { MembershipsTable } from '../memberships/membership-table.ts'
import type { MessagesTable } from '../messages/message-table.ts'
import type { ConversationsTable } from './conversation-table.ts'

export type ConversationRow = Selectable<ConversationsTable>

/**
 * A conversation in the form of the protocol; `rev` is that of its last change of settings, not its position. `isLater`
 * is left out unless it is true.
 */
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
  ...(row.direct_later ? { isLater: true } : {}),
})

/**
 * The unique key of a direct conversation: its sorted users and its context. The order of the ids and repeated ids make
 * no difference; no context (null) gives another key than any context.
 */
export const directKey = (userIds: string[], context: string | null) =>
  JSON.stringify([...new Set(userIds)].sort().concat(context === null ? [] : [`#${context}`]))

// In most conversations nothing is unread: the condition in the first line ends the query there.
const unreadOf = sql<number>`(select count(*) from (
  select 1 from messages as u where c.last_seq > m.read_seq and m.state = 'active'
  and u.conversation_id = c.id and u.seq > (case when m.read_seq > m.joined_seq then m.read_seq else m.joined_seq end)
  and u.sender_id <> m.user_id and u.deleted_at is null limit ${sql.lit(limits.unread)}) as unread)`

// On SQLite, an index has the time of the last message, so the list is ordered without reading any message.
const activeAt = sql<number>`coalesce(last.created_at, c.created_at)`

type OwnColumns = 'user_id' | 'role' | 'state' | 'read_seq' | 'delivered_seq' | 'joined_at' | 'joined_seq'

/** A conversation with the membership of one user and its last message. */
export interface ListedRow extends ConversationRow, Pick<MembershipsTable, OwnColumns> {
  own_rev: number
  unread: number
  last_id: string | null
  last_rev: number | null
  last_sender_id: string | null
  last_type: MessagesTable['type'] | null
  last_body: string | null
  last_created_at: number | null
  last_edited_at: number | null
  last_deleted_at: number | null
}

const listed = hotStatement<{ userId: string; ids: unknown }, ListedRow>((db, { userId, ids }) =>
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
    .where('m.state', 'in', [sql.lit('active' as const), sql.lit('invited' as const)])
    .where(isInList(db, 'c.id', ids)),
)

/** The list of conversations of one user. */
const ownLists = (db: Kysely<Tables>) => ({
  /** A user's conversations and invitations, the latest active first, each as its cursor in the list. */
  listedIds: (
    userId: string,
    { kind, after, limit }: { kind?: ConversationKind | undefined; after?: TimeCursor | undefined; limit: number },
  ): Promise<TimeCursor[]> =>
    db
      .selectFrom('memberships as m')
      .innerJoin('conversations as c', 'c.id', 'm.conversation_id')
      .leftJoin('messages as last', (join) =>
        join.onRef('last.conversation_id', '=', 'c.id').onRef('last.seq', '=', 'c.last_seq'),
      )
      .select(['c.id', activeAt.as('at')])
      .where('m.user_id', '=', userId)
      .where('m.state', 'in', ['active', 'invited'])
      .$if(kind !== undefined, (query) => query.where('c.kind', '=', kind ?? 'room'))
      .$if(after !== undefined, (query) =>
        query.where(sql<boolean>`(${activeAt}, c.id) < (${after?.at}, ${after?.id})`),
      )
      .orderBy(activeAt, 'desc')
      .orderBy('c.id', 'desc')
      .limit(limit)
      .execute(),

  /**
   * Those of these conversations in which the user is active or invited, with own membership and last message, in any
   * order.
   */
  listed: (userId: string, ids: readonly string[]): Promise<ListedRow[]> =>
    listed(db, { userId, ids: listOf(db, ids) }),
})

/** The number of public rooms that are read in one slice. */
const roomsAtOnce = 200

interface RoomSlice {
  /** A part of a name, in the form of `comparableName`. */
  text: string
  /** Begins after this id; at the newest room if undefined. */
  from: string | undefined
  limit: number
}

const roomLists = (db: Kysely<Tables>) => ({
  /**
   * Reads a slice of public rooms, newest first (ids begin with their time), and returns those whose name contains the
   * text, at most `limit`. `end` is the last id that was read, for the next slice; undefined if none is left. If
   * `limit` were found, `end` may have passed others that match.
   */
  publicRoomIds: async ({ text, from, limit }: RoomSlice): Promise<{ rows: string[]; end: string | undefined }> => {
    const read = await db
      .selectFrom('conversations')
      .select(['id', 'name'])
      // A literal, so that the partial index of these rooms is used.
      .where('visibility', '=', sql.lit('public' as const))
      .$if(from !== undefined, (query) => query.where('id', '<', from ?? ''))
      .orderBy('id', 'desc')
      .limit(roomsAtOnce)
      .execute()
    const found = read.filter(({ name }) => text === '' || comparableName(name ?? '').includes(text))
    return {
      rows: found.slice(0, limit).map(({ id }) => id),
      end: read.length === roomsAtOnce ? read.at(-1)?.id : undefined,
    }
  },

  /**
   * Those of these rooms that are still public and not removed, newest first, with the number of active members, and
   * `joined`: 1 if the user is one of them, else 0.
   */
  publicRooms: (userId: string, ids: readonly string[]) =>
    db
      .selectFrom('conversations as c')
      .selectAll('c')
      .select([
        sql<number>`(select count(*) from memberships where conversation_id = c.id and state = 'active')`.as('members'),
        sql<number>`(select count(*) from memberships where conversation_id = c.id and state = 'active'
          and user_id = ${userId})`.as('joined'),
      ])
      .where(isAmong(db, 'c.id', ids))
      // A room may have been closed or removed since its id was found.
      .where('c.visibility', '=', 'public')
      .where('c.removed_at', 'is', null)
      .orderBy('c.id', 'desc')
      .execute(),
})

const directLists = (db: Kysely<Tables>) => ({
  byDirectKey: (key: string): Promise<ConversationRow | undefined> =>
    db.selectFrom('conversations').selectAll().where('direct_key', '=', key).executeTakeFirst(),

  /** The first direct conversation of these users, with any context. */
  earliestDirect: (userIds: string[]): Promise<ConversationRow | undefined> =>
    ofDirect(db, userIds).selectAll().orderBy('direct_later').orderBy('created_at').limit(1).executeTakeFirst(),

  /** The direct conversations of these users with any context, in the order of their ids. */
  directIdsBetween: async (...userIds: string[]): Promise<string[]> => {
    const rows = await ofDirect(db, userIds).select('id').orderBy('id').execute()
    return rows.map(({ id }) => id)
  },
})

const ofHost = (db: Kysely<Tables>) => ({
  /** Locks a context of the host until the commit, so that only one transaction creates its room. */
  holdContext: (context: string) => takeTurns(db, `room ${context}`),

  /** The room for a context of the host application. */
  byContext: (context: string): Promise<ConversationRow | undefined> =>
    db
      .selectFrom('conversations')
      .selectAll()
      // A literal, so that the partial index of these rooms is used.
      .where('kind', '=', sql.lit('room' as const))
      .where('context', '=', context)
      .executeTakeFirst(),
})

/** The direct conversations of these users with any context. */
function ofDirect(db: Kysely<Tables>, userIds: string[]) {
  const key = directKey(userIds, null)
  // Keys with a context continue with `,"#`; `$` is the character after `#`.
  const beginning = key.slice(0, -1)
  return db
    .selectFrom('conversations')
    .where((is) =>
      is.or([
        is('direct_key', '=', key),
        is.and([is('direct_key', '>=', `${beginning},"#`), is('direct_key', '<', `${beginning},"$`)]),
      ]),
    )
}

const rows = (db: Kysely<Tables>) => ({
  insert: (row: ConversationRow) => db.insertInto('conversations').values(row).execute(),

  byId: (id: string): Promise<ConversationRow | undefined> =>
    db.selectFrom('conversations').selectAll().where('id', '=', id).executeTakeFirst(),

  /** A conversation in the form of the protocol. */
  shown: async (id: string): Promise<Conversation | undefined> => {
    const row = await db.selectFrom('conversations').selectAll().where('id', '=', id).executeTakeFirst()
    return row && toConversation(row)
  },

  /** The conversations whose invited users have not all got the present settings (see `invited_told`). */
  withInvitedUntold: async (): Promise<string[]> => {
    const rows = await db.selectFrom('conversations').select('id').where('invited_told', 'is not', null).execute()
    return rows.map(({ id }) => id)
  },

  /** The membershipRevs by conversation id; ids that do not exist are left out. */
  membershipRevs: async (ids: readonly string[]): Promise<Map<string, number>> => {
    if (ids.length === 0) return new Map()
    const rows = await db
      .selectFrom('conversations')
      .select(['id', 'membership_rev'])
      .where(isAmong(db, 'id', ids))
      .execute()
    return new Map(rows.map(({ id, membership_rev }) => [id, membership_rev]))
  },

  updateAll: async (
    ids: readonly string[],
    set: Partial<Pick<ConversationRow, 'direct_blocked' | 'direct_contacts' | 'direct_awaits'>>,
  ) => {
    if (ids.length === 0) return
    await db
      .updateTable('conversations')
      .set(set)
      .where(isAmong(db, 'id', ids))
      .execute()
  },

  update: (id: string, set: Partial<Omit<ConversationRow, 'id' | 'rev' | 'last_seq'>>) =>
    db.updateTable('conversations').set(set).where('id', '=', id).execute(),
})

/**
 * The rows of conversations, and lists of them, read and written in `db`. The statements check no permission and emit
 * no events. `headStore` alone changes `rev` and `last_seq`.
 */
export const conversationStore = (db: Kysely<Tables>) => ({
  ...rows(db),
  ...directLists(db),
  ...ofHost(db),
  ...ownLists(db),
  ...roomLists(db),
})

declare module '../../storage/store.ts' {
  interface Store {
    conversations: ReturnType<typeof conversationStore>
  }
}
