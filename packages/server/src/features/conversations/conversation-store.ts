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

/** What identifies a direct conversation: its people, in order, and its context. */
export const directKey = (userIds: string[], context: string | null) =>
  JSON.stringify([...new Set(userIds)].sort().concat(context === null ? [] : [`#${context}`]))

// Most conversations have nothing unread: there the first line alone says so.
const unreadOf = sql<number>`(select count(*) from (
  select 1 from messages as u where c.last_seq > m.read_seq and m.state = 'active'
  and u.conversation_id = c.id and u.seq > (case when m.read_seq > m.joined_seq then m.read_seq else m.joined_seq end)
  and u.sender_id <> m.user_id and u.deleted_at is null limit ${sql.lit(limits.unread)}) as unread)`

// Of two in one millisecond the id says which was later.
const activeAt = sql<number>`coalesce(last.created_at, c.created_at)`
const activeId = sql<string>`coalesce(last.id, c.id)`

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

/** What one user has in their list. */
const ownLists = (db: Kysely<Tables>) => ({
  /** The caller's conversations and invitations, the latest active first, each with its place in the list. */
  listedIds: (
    userId: string,
    { kind, after, limit }: { kind?: ConversationKind | undefined; after?: TimeCursor | undefined; limit: number },
  ): Promise<{ conversationId: string; place: TimeCursor }[]> =>
    db
      .selectFrom('memberships as m')
      .innerJoin('conversations as c', 'c.id', 'm.conversation_id')
      .leftJoin('messages as last', (join) =>
        join.onRef('last.conversation_id', '=', 'c.id').onRef('last.seq', '=', 'c.last_seq'),
      )
      .select(['c.id as conversationId', activeAt.as('at'), activeId.as('id')])
      .where('m.user_id', '=', userId)
      .where('m.state', 'in', ['active', 'invited'])
      .$if(kind !== undefined, (query) => query.where('c.kind', '=', kind ?? 'room'))
      .$if(after !== undefined, (query) =>
        query.where(sql<boolean>`(${activeAt}, ${activeId}) < (${after?.at}, ${after?.id})`),
      )
      .orderBy(activeAt, 'desc')
      .orderBy(activeId, 'desc')
      .limit(limit)
      .execute()
      .then((rows) => rows.map(({ conversationId, at, id }) => ({ conversationId, place: { at, id } }))),

  /** Those of these that the caller is in or invited to, each with their own membership and the last message. */
  listed: (userId: string, ids: readonly string[]): Promise<ListedRow[]> =>
    listed(db, { userId, ids: listOf(db, ids) }),
})

/** So many public rooms are looked at in one slice. */
const roomsAtOnce = 200

interface RoomSlice {
  /** A part of a name, as `comparableName` gives it. */
  text: string
  /** Behind this id; from the newest on if left out. */
  from: string | undefined
  limit: number
}

const roomLists = (db: Kysely<Tables>) => ({
  /**
   * Of the next public rooms, the newest first (an id begins with the time at which it was made), those whose name contains the
   * text. `end`: the last that was looked at; undefined where none is left.
   */
  publicRoomIds: async ({ text, from, limit }: RoomSlice): Promise<{ rows: string[]; end: string | undefined }> => {
    const looked = await db
      .selectFrom('conversations')
      .select(['id', 'name'])
      // Written out, so that it is found by the index of these rooms alone.
      .where('visibility', '=', sql.lit('public' as const))
      .$if(from !== undefined, (query) => query.where('id', '<', from ?? ''))
      .orderBy('id', 'desc')
      .limit(roomsAtOnce)
      .execute()
    const found = looked.filter(({ name }) => text === '' || comparableName(name ?? '').includes(text))
    return {
      rows: found.slice(0, limit).map(({ id }) => id),
      end: looked.length === roomsAtOnce ? looked.at(-1)?.id : undefined,
    }
  },

  /** These rooms, the newest first, with how many members each has, and whether the user is one of them. */
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
      .orderBy('c.id', 'desc')
      .execute(),
})

const directLists = (db: Kysely<Tables>) => ({
  byDirectKey: (key: string): Promise<ConversationRow | undefined> =>
    db.selectFrom('conversations').selectAll().where('direct_key', '=', key).executeTakeFirst(),

  /** The first direct conversation of these people, whatever its context is. */
  earliestDirect: (userIds: string[]): Promise<ConversationRow | undefined> =>
    ofDirect(db, userIds).selectAll().orderBy('direct_later').orderBy('created_at').limit(1).executeTakeFirst(),

  /** The direct conversations of these people, whatever they are about, in the order of their ids. */
  directIdsBetween: async (...userIds: string[]): Promise<string[]> => {
    const rows = await ofDirect(db, userIds).select('id').orderBy('id').execute()
    return rows.map(({ id }) => id)
  },
})

const ofHost = (db: Kysely<Tables>) => ({
  /** Lets one transaction after the other find out whether it makes the room for a reference of the host. */
  holdContext: (context: string) => takeTurns(db, `room ${context}`),

  /** The room for a reference of the host application. */
  byContext: (context: string): Promise<ConversationRow | undefined> =>
    db
      .selectFrom('conversations')
      .selectAll()
      // Written out, so that it is found by the index of these rooms alone.
      .where('kind', '=', sql.lit('room' as const))
      .where('context', '=', context)
      .executeTakeFirst(),
})

/** The direct conversations of these people. */
function ofDirect(db: Kysely<Tables>, userIds: string[]) {
  const key = directKey(userIds, null)
  // Keys with a context begin alike and go on with `,"#`, and `$` comes right after `#`.
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

  /** As everybody in it sees it. */
  shown: async (id: string): Promise<Conversation | undefined> => {
    const row = await db.selectFrom('conversations').selectAll().where('id', '=', id).executeTakeFirst()
    return row && toConversation(row)
  },

  /** The conversations with people who are invited and do not know yet what it is called now. */
  withInvitedUntold: async (): Promise<string[]> => {
    const rows = await db.selectFrom('conversations').select('id').where('invited_told', 'is not', null).execute()
    return rows.map(({ id }) => id)
  },

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

  updateAll: async (
    ids: readonly string[],
    set: Partial<Pick<ConversationRow, 'direct_blocked' | 'direct_contacts'>>,
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
