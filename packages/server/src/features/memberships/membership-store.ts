import { limits, type Membership, type Role, type User } from '@parley/protocol'
import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely'
import { readsAccountRows } from '../../core/rows/account-row-store.ts'
import { forMany, hotStatement } from '../../storage/hot-statement.ts'
import {
  insertMany,
  isAmong,
  isInList,
  listOf,
  type Pair,
  type PairLists,
  pairKey,
  pairLists,
  pairsTable,
} from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'
import type { ConversationsTable } from '../conversations/conversation-table.ts'
import { toUser, type UserRow } from '../users/user-store.ts'
import type { MembershipsTable } from './membership-table.ts'

export type MembershipRow = Selectable<MembershipsTable>

const changedRows = readsAccountRows<MembershipRow>('memberships', sql`state in ('active', 'invited')`)

/** A row without the columns that the protocol does not show. */
type ShownRow = Omit<MembershipRow, 'account_rev' | 'read_at' | 'delivered_at'>

/**
 * A membership in the form of the protocol, with its real positions: pass it through `seenBy` before another user sees
 * it.
 */
export const toMembership = (row: ShownRow): Membership => ({
  conversationId: row.conversation_id,
  userId: row.user_id,
  role: row.role,
  state: row.state,
  readSeq: row.read_seq,
  deliveredSeq: row.delivered_seq,
  joinedAt: row.joined_at,
  joinedSeq: row.joined_seq,
  rev: row.rev,
})

export type MembershipKey = Pick<MembershipRow, 'conversation_id' | 'user_id'>

const othersIn = hotStatement<{ userId: string; ids: unknown }, MembershipRow>((db, { userId, ids }) =>
  db
    .selectFrom('memberships')
    .selectAll()
    .where('user_id', '!=', userId)
    .where(isInList(db, 'conversation_id', ids)),
)

const stated = sql`role = excluded.role, state = excluded.state, joined_at = excluded.joined_at,
  joined_seq = excluded.joined_seq, rev = excluded.rev, account_rev = excluded.account_rev`

const putAll = insertMany<Omit<MembershipRow, 'read_at' | 'delivered_at'>>(
  'memberships',
  {
    conversation_id: 'text',
    user_id: 'text',
    role: 'text',
    state: 'text',
    read_seq: 'bigint',
    delivered_seq: 'bigint',
    joined_at: 'bigint',
    joined_seq: 'bigint',
    rev: 'bigint',
    account_rev: 'bigint',
  },
  sql`on conflict (conversation_id, user_id) do update set ${stated}`,
)

type Watermarks = MembershipKey &
  Pick<MembershipRow, 'read_seq' | 'delivered_seq' | 'read_at' | 'delivered_at' | 'account_rev'>

const advanceReceipt = hotStatement<Watermarks, never>((db, to) =>
  db
    .updateTable('memberships')
    .set({
      read_seq: to.read_seq,
      delivered_seq: to.delivered_seq,
      read_at: to.read_at,
      delivered_at: to.delivered_at,
      account_rev: to.account_rev,
    })
    .where('conversation_id', '=', to.conversation_id)
    .where('user_id', '=', to.user_id),
)

const advanceReceipts = forMany<Watermarks, never>(
  advanceReceipt,
  {
    conversation_id: 'text',
    user_id: 'text',
    read_seq: 'bigint',
    delivered_seq: 'bigint',
    read_at: 'bigint',
    delivered_at: 'bigint',
    account_rev: 'bigint',
  },
  (given) => sql`update memberships as m set read_seq = given.read_seq, delivered_seq = given.delivered_seq,
    read_at = given.read_at, delivered_at = given.delivered_at, account_rev = given.account_rev from ${given}
    where m.conversation_id = given.conversation_id and m.user_id = given.user_id`,
)

/** A conversation that two users share, with its `membershipRev` when this was read. */
export interface SharedConversation {
  conversationId: string
  membershipRev: number
}

type SharedRow = Pair & { id: string; membership_rev: number }

const sharedByPairs = hotStatement<PairLists, SharedRow>((db, lists) => ({
  compile: () =>
    sql<SharedRow>`select one, other, c.id, c.membership_rev from ${pairsTable(db, lists)} join conversations c on c.id = (
      select theirs.conversation_id from memberships theirs cross join memberships mine
      where theirs.user_id = other and theirs.state = 'active'
      and mine.conversation_id = theirs.conversation_id and mine.user_id = one and mine.state = 'active' limit 1)`.compile(
      db,
    ),
}))

/**
 * One conversation that both users of each pair share, in the order of the pairs; undefined if there is none. It
 * searches the conversations of `other`: if one user with very many conversations is `one` of all pairs, these are not
 * read for each pair.
 */
async function sharedConversations(
  db: Kysely<Tables>,
  pairs: readonly Pair[],
): Promise<(SharedConversation | undefined)[]> {
  if (pairs.length === 0) return []
  const rows = await sharedByPairs(db, pairLists(db, pairs))
  const shared = new Map(
    rows.map((row) => [pairKey(row), { conversationId: row.id, membershipRev: row.membership_rev }] as const),
  )
  return pairs.map((pair) => shared.get(pairKey(pair)))
}

type MemberRow = MembershipRow &
  Pick<UserRow, 'id' | 'username' | 'display_name' | 'avatar_url'> & { user_role: UserRow['role'] }

const memberColumns = sql`m.*, u.id, u.username, u.display_name, u.avatar_url, u.role as user_role`
const firstOf = (conversationId: RawBuilder<unknown>) =>
  sql<MemberRow>`select ${memberColumns} from memberships m join users u on u.id = m.user_id
    where m.conversation_id = ${conversationId} and m.state = 'active' order by m.user_id limit ${sql.lit(limits.page)}`

const first = hotStatement<{ conversation_id: string }, MemberRow>((db, { conversation_id }) => ({
  compile: () => firstOf(conversation_id).compile(db),
}))

const firstOfAll = forMany<{ conversation_id: string }, MemberRow>(
  first,
  { conversation_id: 'text' },
  (given) =>
    sql`select given.at, found.* from ${given}, lateral (${firstOf(sql`given.conversation_id`)}) as found
      order by given.at, found.user_id`,
)

const pageOf = hotStatement<{ conversationId: string; after: string; limit: number }, MemberRow>(
  (db, { conversationId, after, limit }) => ({
    compile: () =>
      sql<MemberRow>`select ${memberColumns} from memberships m join users u on u.id = m.user_id
        where m.conversation_id = ${conversationId} and m.state in ('active', 'invited') and m.user_id > ${after}
        order by m.user_id limit ${limit}`.compile(db),
  }),
)

const withUser = (row: MemberRow) => ({ membership: toMembership(row), user: toUser({ ...row, role: row.user_role }) })

const reading = (db: Kysely<Tables>) => ({
  /** The memberships of these users in a conversation, in any state and any order. */
  of: (conversationId: string, userIds: string[]): Promise<MembershipRow[]> =>
    db
      .selectFrom('memberships')
      .selectAll()
      .where('conversation_id', '=', conversationId)
      .where(isAmong(db, 'user_id', userIds))
      .execute(),

  /** Active and invited members with an id after `after`, with their users, in the order of their ids. */
  page: async (
    conversationId: string,
    after: string,
    limit: number,
  ): Promise<{ membership: Membership; user: User }[]> => {
    return (await pageOf(db, { conversationId, after, limit })).map(withUser)
  },

  /** The first hundred active members of each of these conversations, with their users, in the order of their ids. */
  firstOf: async (conversationIds: readonly string[]): Promise<{ membership: Membership; user: User }[]> => {
    const found = await firstOfAll(
      db,
      conversationIds.map((conversation_id) => ({ conversation_id })),
    )
    return found.flat().map(withUser)
  },
})

const changedSince = hotStatement<{ conversationId: string; rev: number; limit: number }, MembershipRow>(
  (db, { conversationId, rev, limit }) =>
    db
      .selectFrom('memberships')
      .selectAll()
      .where('conversation_id', '=', conversationId)
      .where('rev', '>', rev)
      .limit(limit),
)

const changesOf = (db: Kysely<Tables>) => ({
  /** The memberships that changed after a rev, in any order, at most `limit`. */
  changedSince: async (conversationId: string, rev: number, limit: number): Promise<Membership[]> =>
    (await changedSince(db, { conversationId, rev, limit })).map(toMembership),

  /** The memberships of all other users in these conversations. */
  othersIn: async (userId: string, conversationIds: readonly string[]): Promise<MembershipRow[]> =>
    conversationIds.length === 0 ? [] : othersIn(db, { userId, ids: listOf(db, conversationIds) }),

  /**
   * A user's memberships that changed after a rev of the account, in the order of their revs; `isIn` leaves out ended
   * ones.
   */
  ofAccountSince: (userId: string, accountRev: number, isIn: boolean, limit: number) =>
    changedRows(db, userId, accountRev, isIn, limit),

  /** The invited members with an id after `after`, in the order of their ids. */
  invited: (conversationId: string, after: string, limit: number): Promise<MembershipRow[]> =>
    db
      .selectFrom('memberships')
      .selectAll()
      .where('conversation_id', '=', conversationId)
      .where('user_id', '>', after)
      .where('state', '=', 'invited')
      .orderBy('user_id')
      .limit(limit)
      .execute(),
})

type Heard = Pick<ConversationsTable, 'membership_rev' | 'direct_awaits'> & MembershipKey

const heardBy = hotStatement<{ userIds: unknown }, Heard>((db, { userIds }) =>
  db
    .selectFrom('memberships as m')
    .innerJoin('conversations as c', 'c.id', 'm.conversation_id')
    .select(['m.user_id', 'm.conversation_id', 'c.membership_rev', 'c.direct_awaits'])
    .where(isInList(db, 'm.user_id', userIds))
    .where('m.state', '=', sql.lit('active' as const)),
)

/** The members of conversations, and the conversations of users. */
const audiences = (db: Kysely<Tables>) => ({
  /** The conversations whose events these users get: those in which they are active. */
  heardBy: (userIds: readonly string[]): Promise<Heard[]> => heardBy(db, { userIds: listOf(db, userIds) }),

  /** Every conversation with a membership of this user, in any state. */
  conversationIdsOf: async (userId: string): Promise<string[]> => {
    const rows = await db.selectFrom('memberships').select('conversation_id').where('user_id', '=', userId).execute()
    return rows.map((row) => row.conversation_id)
  },

  activeUserIds: async (conversationId: string): Promise<string[]> => {
    const rows = await db
      .selectFrom('memberships')
      .select('user_id')
      .where('conversation_id', '=', conversationId)
      .where('state', '=', 'active')
      .execute()
    return rows.map((row) => row.user_id)
  },

  /** The active owners of a room, in any order, at most `limit`. */
  ownerIds: async (conversationId: string, limit: number): Promise<string[]> => {
    const rows = await db
      .selectFrom('memberships')
      .select('user_id')
      .where('conversation_id', '=', conversationId)
      .where('state', '=', 'active')
      .where('role', '=', 'owner')
      .limit(limit)
      .execute()
    return rows.map((row) => row.user_id)
  },
})

const acquaintancesOf = (db: Kysely<Tables>) => ({
  /**
   * Those of `among` with whom the user shares a conversation in which both are active, in the order of `among`; the
   * user themselves stay in it.
   */
  acquaintances: async (userId: string, among: readonly string[]): Promise<string[]> => {
    const others = among.filter((id) => id !== userId)
    const shared = await sharedConversations(
      db,
      others.map((other) => ({ one: userId, other })),
    )
    const strangers = new Set(others.filter((_, index) => !shared[index]))
    return among.filter((id) => !strangers.has(id))
  },

  /** See the function `sharedConversations` of this file. */
  sharedConversations: (pairs: readonly Pair[]) => sharedConversations(db, pairs),
})

/** What a room still has beside some of its members. */
const remaining = (db: Kysely<Tables>) => ({
  /** Has the conversation an active member beside this user, or, with `role`, one with this role? */
  hasOtherActive: async ({ conversation_id, user_id }: MembershipKey, role?: Role): Promise<boolean> => {
    const row = await db
      .selectFrom('memberships')
      .select('user_id')
      .where('conversation_id', '=', conversation_id)
      .where('user_id', '!=', user_id)
      .where('state', '=', 'active')
      .$if(role !== undefined, (query) => query.where('role', '=', role as Role))
      .limit(1)
      .executeTakeFirst()
    return row !== undefined
  },

  /** The active and invited members beside these users, at most `limit`. */
  othersThan: async (conversationId: string, userIds: readonly string[], limit: number): Promise<string[]> => {
    const rows = await db
      .selectFrom('memberships')
      .select('user_id')
      .where('conversation_id', '=', conversationId)
      .where('state', 'in', ['active', 'invited'])
      .where(sql<boolean>`not ${isAmong(db, 'user_id', userIds)}`)
      .limit(limit)
      .execute()
    return rows.map((row) => row.user_id)
  },
})

/** For erasures. */
const leaving = (db: Kysely<Tables>) => ({
  /** Clears the read and delivered positions of a member. */
  forgetMarks: ({ conversation_id, user_id }: MembershipKey) =>
    db
      .updateTable('memberships')
      .set({ read_seq: 0, delivered_seq: 0, read_at: null, delivered_at: null })
      .where('conversation_id', '=', conversation_id)
      .where('user_id', '=', user_id)
      .execute(),

  /**
   * The next owner of a room after this one: the active member with the highest role, and of several the earliest.
   * Leaves out deactivated and suspended users; undefined if no other is left.
   */
  heirOf: async (conversationId: string, userId: string): Promise<string | undefined> => {
    const row = await db
      .selectFrom('memberships as m')
      .innerJoin('users as u', 'u.id', 'm.user_id')
      .select('m.user_id')
      .where('m.conversation_id', '=', conversationId)
      .where('m.user_id', '!=', userId)
      .where('m.state', '=', 'active')
      .where('u.deactivated_at', 'is', null)
      .where('u.suspended_at', 'is', null)
      .orderBy(sql`case m.role when 'admin' then 0 when 'moderator' then 1 else 2 end`)
      .orderBy('m.joined_at')
      .orderBy('m.user_id')
      .limit(1)
      .executeTakeFirst()
    return row?.user_id
  },
})

const writing = (db: Kysely<Tables>) => ({
  /** Inserts or updates memberships. It never changes the positions of existing ones: see `advanceReceipts`. */
  putAll: (rows: readonly MembershipRow[]) => putAll(db, rows),

  /** Stores new positions with their times; the caller must make sure that none moves back. */
  advanceReceipts: (watermarks: readonly Watermarks[]) => advanceReceipts(db, watermarks),
})

/**
 * The statements about memberships, run in `db`. They check no permission and emit no events: `changeMemberships`
 * changes states, and takes the revs for that.
 */
export const membershipStore = (db: Kysely<Tables>) => ({
  ...reading(db),
  ...changesOf(db),
  ...audiences(db),
  ...acquaintancesOf(db),
  ...remaining(db),
  ...leaving(db),
  ...writing(db),
})

declare module '../../storage/store.ts' {
  interface Store {
    memberships: ReturnType<typeof membershipStore>
  }
}
