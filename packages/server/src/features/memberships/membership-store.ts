import type { Membership, User } from '@parley/protocol'
import { type Kysely, type Selectable, sql } from 'kysely'
import { forMany, hotStatement } from '../../storage/hot-statement.ts'
import { insertMany, isAmong, isInList, listOf, type Pair, pairsTable } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'
import { toUser } from '../users/user-store.ts'
import type { MembershipsTable } from './membership-table.ts'

export type MembershipRow = Selectable<MembershipsTable>

/** A row without what is kept of it for its user and for its receipts. */
type ShownRow = Omit<MembershipRow, 'account_rev' | 'read_at' | 'delivered_at'>

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

/** A conversation that two people were found in at one of its membershipRevs. */
export interface SharedConversation {
  conversationId: string
  membershipRev: number
}

/**
 * One of the conversations that the two of each pair share. Looked for among the conversations of the other, of whom there
 * are many: somebody who is in very many conversations costs as much as their watchers are in, not as much as all of
 * theirs for each watcher.
 */
async function sharedConversations(
  db: Kysely<Tables>,
  pairs: readonly Pair[],
): Promise<(SharedConversation | undefined)[]> {
  if (pairs.length === 0) return []
  const { rows } = await sql<Pair & { id: string; membership_rev: number }>`
    select one, other, c.id, c.membership_rev from ${pairsTable(db, pairs)} join conversations c on c.id = (
      select theirs.conversation_id from memberships theirs cross join memberships mine
      where theirs.user_id = other and theirs.state = 'active'
      and mine.conversation_id = theirs.conversation_id and mine.user_id = one and mine.state = 'active' limit 1)`.execute(
    db,
  )
  const shared = new Map(
    rows.map((row) => [keyOf(row), { conversationId: row.id, membershipRev: row.membership_rev }] as const),
  )
  return pairs.map((pair) => shared.get(keyOf(pair)))
}

const keyOf = ({ one, other }: Pair) => `${one} ${other}`

const reading = (db: Kysely<Tables>) => ({
  of: (conversationId: string, userIds: string[]): Promise<MembershipRow[]> =>
    db
      .selectFrom('memberships')
      .selectAll()
      .where('conversation_id', '=', conversationId)
      .where(isAmong(db, 'user_id', userIds))
      .execute(),

  page: async (
    conversationId: string,
    after: string,
    limit: number,
  ): Promise<{ membership: Membership; user: User }[]> => {
    const rows = await db
      .selectFrom('memberships as m')
      .innerJoin('users as u', 'u.id', 'm.user_id')
      .selectAll('m')
      .select(['u.id', 'u.username', 'u.display_name', 'u.avatar_url', 'u.role as user_role'])
      .where('m.conversation_id', '=', conversationId)
      .where('m.state', 'in', ['active', 'invited'])
      .where('m.user_id', '>', after)
      .orderBy('m.user_id')
      .limit(limit)
      .execute()
    return rows.map((row) => ({ membership: toMembership(row), user: toUser({ ...row, role: row.user_role }) }))
  },
})

/** Rows that changed, or that go with those that changed. */
const changesOf = (db: Kysely<Tables>) => ({
  /** The rows that changed after a rev; past `limit` the caller must reset instead. */
  changedSince: async (conversationId: string, rev: number, limit: number): Promise<Membership[]> => {
    const rows = await db
      .selectFrom('memberships')
      .selectAll()
      .where('conversation_id', '=', conversationId)
      .where('rev', '>', rev)
      .limit(limit)
      .execute()
    return rows.map(toMembership)
  },

  othersIn: async (userId: string, conversationIds: readonly string[]): Promise<MembershipRow[]> =>
    conversationIds.length === 0 ? [] : othersIn(db, { userId, ids: listOf(db, conversationIds) }),

  /** The account's own rows that changed after its rev, in the order of its revs; `isIn` leaves out those that ended. */
  ofAccountSince: (userId: string, accountRev: number, isIn: boolean, limit: number): Promise<MembershipRow[]> =>
    db
      .selectFrom('memberships')
      .selectAll()
      .where('user_id', '=', userId)
      .where('account_rev', '>', accountRev)
      .$if(isIn, (query) => query.where('state', 'in', ['active', 'invited']))
      .orderBy('account_rev')
      .limit(limit)
      .execute(),

  /** Those who are invited behind a user, by their ids. */
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

/** Who hears of a conversation, and of which conversations somebody hears. */
const audiences = (db: Kysely<Tables>) => ({
  /** The conversations whose live events these users hear. */
  heardBy: (
    userIds: readonly string[],
  ): Promise<{ user_id: string; conversation_id: string; membership_rev: number }[]> =>
    db
      .selectFrom('memberships as m')
      .innerJoin('conversations as c', 'c.id', 'm.conversation_id')
      .select(['m.user_id', 'm.conversation_id', 'c.membership_rev'])
      .where(isAmong(db, 'm.user_id', userIds))
      .where('m.state', '=', 'active')
      .execute(),

  /** Every conversation this user has come into, also those they are no longer in. */
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

  ownerIds: async (conversationId: string): Promise<string[]> => {
    const rows = await db
      .selectFrom('memberships')
      .select('user_id')
      .where('conversation_id', '=', conversationId)
      .where('state', '=', 'active')
      .where('role', '=', 'owner')
      .execute()
    return rows.map((row) => row.user_id)
  },
})

const acquaintancesOf = (db: Kysely<Tables>) => ({
  /** Of these people, those who share a conversation with the user, and the user. */
  acquaintances: async (userId: string, among: readonly string[]): Promise<string[]> => {
    const others = among.filter((id) => id !== userId)
    const shared = await sharedConversations(
      db,
      others.map((other) => ({ one: userId, other })),
    )
    const strangers = new Set(others.filter((_, index) => !shared[index]))
    return among.filter((id) => !strangers.has(id))
  },

  sharedConversations: (pairs: readonly Pair[]) => sharedConversations(db, pairs),
})

/** What an erasure leaves in order. */
const leaving = (db: Kysely<Tables>) => ({
  /** Forgets how far somebody has read and received. */
  forgetMarks: ({ conversation_id, user_id }: MembershipKey) =>
    db
      .updateTable('memberships')
      .set({ read_seq: 0, delivered_seq: 0, read_at: null, delivered_at: null })
      .where('conversation_id', '=', conversation_id)
      .where('user_id', '=', user_id)
      .execute(),

  /** Who owns a room next, when its last owner goes: the highest role, and of several who came first. */
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
  /** Makes the rows, or gives them a new state; their watermarks are moved by `advanceReceipts` alone. */
  putAll: (rows: readonly MembershipRow[]) => putAll(db, rows),

  advanceReceipts: (watermarks: readonly Watermarks[]) => advanceReceipts(db, watermarks),
})

export const membershipStore = (db: Kysely<Tables>) => ({
  ...reading(db),
  ...changesOf(db),
  ...audiences(db),
  ...acquaintancesOf(db),
  ...leaving(db),
  ...writing(db),
})

declare module '../../storage/store.ts' {
  interface Store {
    memberships: ReturnType<typeof membershipStore>
  }
}
