import type { Block } from '@parley/protocol'
import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely'
import { readsAccountRows } from '../../core/rows/account-row-store.ts'
import { forMany, hotStatement } from '../../storage/hot-statement.ts'
import { isAmong, type Pair, type PairLists, pairKey, pairLists, pairsTable } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'
import type { MembershipKey } from '../memberships/membership-store.ts'
import type { BlocksTable } from './block-table.ts'

export type BlockRow = Selectable<BlocksTable>

const changedRows = readsAccountRows<BlockRow>('blocks', sql`removed = 0`)

/**
 * A block as its user sees it; `userId` is the blocked user, `since` when it was made or lifted, `rev` that of the
 * blocker's account.
 */
export const toBlock = (row: BlockRow): Block => ({
  userId: row.other_id,
  removed: row.removed === 1,
  since: row.since,
  rev: row.account_rev,
})

// Begins with the blocks of the user, which are few, because a conversation may have many members.
const hidden = hotStatement<MembershipKey, { user_id: string }>((db, { conversation_id, user_id }) => ({
  compile: () =>
    sql<{ user_id: string }>`select m.user_id from blocks b cross join memberships m
      where b.user_id = ${user_id} and b.removed = 0 and m.conversation_id = ${conversation_id}
      and m.user_id = b.other_id and m.state = 'active'
      union select m.user_id from blocks b cross join memberships m
      where b.other_id = ${user_id} and b.removed = 0 and m.conversation_id = ${conversation_id}
      and m.user_id = b.user_id and m.state = 'active'`.compile(db),
}))

const hiddenOfAll = forMany<MembershipKey, { user_id: string }>(
  hidden,
  { conversation_id: 'text', user_id: 'text' },
  (given) => sql`select given.at, m.user_id from ${given} join blocks b on b.removed = 0
    and (b.user_id = given.user_id or b.other_id = given.user_id)
    join memberships m on m.conversation_id = given.conversation_id and m.state = 'active'
    and m.user_id = case when b.user_id = given.user_id then b.other_id else b.user_id end`,
)

const between = (conversationId: RawBuilder<unknown>, userId: RawBuilder<unknown>) => sql<boolean>`(exists (
  select 1 from blocks b cross join memberships m where b.user_id = ${userId} and b.removed = 0
  and m.conversation_id = ${conversationId} and m.user_id = b.other_id and m.state = 'active')
  or exists (select 1 from blocks b cross join memberships m where b.other_id = ${userId} and b.removed = 0
  and m.conversation_id = ${conversationId} and m.user_id = b.user_id and m.state = 'active'))`

// Of the many members with whom a user may have a block, it finds only one.
const anyHidden = forMany<MembershipKey, { found: number }>(
  hotStatement((db, { conversation_id, user_id }) => ({
    compile: () => sql<{ found: number }>`select 1 as found where ${between(conversation_id, user_id)}`.compile(db),
  })),
  { conversation_id: 'text', user_id: 'text' },
  (given) =>
    sql`select given.at, 1 as found from ${given} where ${between(sql`given.conversation_id`, sql`given.user_id`)}`,
)

const isBlocked = sql<boolean>`(exists (select 1 from blocks where user_id = one and other_id = other and removed = 0)
  or exists (select 1 from blocks where user_id = other and other_id = one and removed = 0))`

const blockedAmong = hotStatement<PairLists, Pair>((db, lists) => ({
  compile: () => sql<Pair>`select one, other from ${pairsTable(db, lists)} where ${isBlocked}`.compile(db),
}))

/** Blocks between two users, in either direction. */
const pairs = (db: Kysely<Tables>) => ({
  /** Which of two users blocks the other. */
  between: async (one: string, other: string): Promise<{ byOne: boolean; byOther: boolean }> => {
    const rows = await db
      .selectFrom('blocks')
      .select('user_id')
      .where('user_id', 'in', [one, other])
      .where('other_id', 'in', [one, other])
      .where('removed', '=', 0)
      .execute()
    const by = new Set(rows.map((row) => row.user_id))
    return { byOne: by.has(one), byOther: by.has(other) }
  },

  /** All pairs with a block between one of these users (`one`) and any other user (`other`), in either direction. */
  around: async (userIds: readonly string[]): Promise<Pair[]> => {
    if (userIds.length === 0) return []
    const made = db
      .selectFrom('blocks')
      .select(['user_id as one', 'other_id as other'])
      .where('removed', '=', 0)
      .where(isAmong(db, 'user_id', userIds))
    const against = db
      .selectFrom('blocks')
      .select(['other_id as one', 'user_id as other'])
      .where('removed', '=', 0)
      .where(isAmong(db, 'other_id', userIds))
    return [...(await made.execute()), ...(await against.execute())]
  },

  /** For each of these pairs whether one blocks the other, in their order. */
  amongPairs: async (asked: readonly Pair[]): Promise<boolean[]> => {
    if (asked.length === 0) return []
    const blocked = new Set((await blockedAmong(db, pairLists(db, asked))).map(pairKey))
    return asked.map((pair) => blocked.has(pairKey(pair)))
  },
})

/** Blocks between members of a conversation. */
const members = (db: Kysely<Tables>) => ({
  /**
   * For each of these members, the active members of the same conversation with whom they have a block, in either
   * direction.
   */
  hiddenFrom: async (keys: readonly MembershipKey[]): Promise<string[][]> =>
    (await hiddenOfAll(db, keys)).map((rows) => [...new Set(rows.map((row) => row.user_id))]),

  /** For each of these members, whether `hiddenFrom` has any. */
  areHiddenFromAny: async (keys: readonly MembershipKey[]): Promise<boolean[]> =>
    (await anyHidden(db, keys)).map((rows) => rows.length > 0),
})

const own = (db: Kysely<Tables>) => ({
  /** The row of `userId` about `otherId`, also one of a lifted block. */
  byPair: (userId: string, otherId: string): Promise<BlockRow | undefined> =>
    db
      .selectFrom('blocks')
      .selectAll()
      .where('user_id', '=', userId)
      .where('other_id', '=', otherId)
      .executeTakeFirst(),

  /** The number of users whom this one blocks. */
  count: async (userId: string): Promise<number> => {
    const { count } = await db
      .selectFrom('blocks')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('user_id', '=', userId)
      .where('removed', '=', 0)
      .executeTakeFirstOrThrow()
    return Number(count)
  },

  /** A user's blocks of users with an id after `after`, in the order of these ids, without lifted ones. */
  page: (userId: string, after: string, limit: number): Promise<BlockRow[]> =>
    db
      .selectFrom('blocks')
      .selectAll()
      .where('user_id', '=', userId)
      .where('removed', '=', 0)
      .where('other_id', '>', after)
      .orderBy('other_id')
      .limit(limit)
      .execute(),

  /**
   * A user's blocks that changed after a rev of the account, in the order of their revs; `isIn` leaves out lifted ones.
   */
  ofAccountSince: (userId: string, accountRev: number, isIn: boolean, limit: number) =>
    changedRows(db, userId, accountRev, isIn, limit),
})

const writing = (db: Kysely<Tables>) => ({
  /**
   * A user whom this one has blocked, also if the block was lifted; else one who blocks this one; undefined if there is
   * none.
   */
  someOtherOf: async (userId: string): Promise<string | undefined> => {
    const made = await db
      .selectFrom('blocks')
      .select('other_id')
      .where('user_id', '=', userId)
      .limit(1)
      .executeTakeFirst()
    if (made) return made.other_id
    const against = db.selectFrom('blocks').select('user_id').where('other_id', '=', userId).where('removed', '=', 0)
    return (await against.limit(1).executeTakeFirst())?.user_id
  },

  /** Deletes the row of `userId` about `otherId`, if there is one. */
  drop: (userId: string, otherId: string) =>
    db.deleteFrom('blocks').where('user_id', '=', userId).where('other_id', '=', otherId).execute(),

  /** Writes a row, in place of an earlier one about the same pair. */
  put: (row: BlockRow) => {
    const { removed, since, account_rev } = row
    return db
      .insertInto('blocks')
      .values(row)
      .onConflict((conflict) => conflict.columns(['user_id', 'other_id']).doUpdateSet({ removed, since, account_rev }))
      .execute()
  },
})

/** Positions as they were when a block began: the two users go on seeing these of each other. */
const positions = (db: Kysely<Tables>) => ({
  /**
   * Stores the present positions of two users for each other, in every conversation in which both are active. Positions
   * that are stored already stay.
   */
  keepPositions: async (one: string, other: string): Promise<void> => {
    for (const [reader, viewer] of [
      [one, other],
      [other, one],
    ]) {
      await sql`insert into hidden_receipts (conversation_id, user_id, viewer_id, read_seq, delivered_seq)
        select theirs.conversation_id, theirs.user_id, mine.user_id, theirs.read_seq, theirs.delivered_seq
        from memberships theirs cross join memberships mine
        where theirs.user_id = ${reader} and theirs.state = 'active'
        and mine.conversation_id = theirs.conversation_id and mine.user_id = ${viewer} and mine.state = 'active'
        on conflict do nothing`.execute(db)
    }
  },

  /** Deletes the stored positions of two users for each other, in all conversations. */
  dropPositions: (one: string, other: string) =>
    db
      .deleteFrom('hidden_receipts')
      .where('viewer_id', 'in', [one, other])
      .where('user_id', 'in', [one, other])
      .execute(),

  /** The stored positions of these users, as the viewer must see them. */
  positionsFor: (viewerId: string, userIds: readonly string[], conversationIds: readonly string[]) =>
    db
      .selectFrom('hidden_receipts')
      .selectAll()
      .where('viewer_id', '=', viewerId)
      .where(isAmong(db, 'user_id', userIds))
      .where(isAmong(db, 'conversation_id', conversationIds))
      .execute(),
})

/**
 * The blocks of users, and the positions that blocks hide, read and written in `db`. A row stays, as `removed`, when a
 * block is lifted. The statements emit no events: see `putBlock`.
 */
export const blockStore = (db: Kysely<Tables>) => ({
  ...pairs(db),
  ...members(db),
  ...own(db),
  ...writing(db),
  ...positions(db),
})

declare module '../../storage/store.ts' {
  interface Store {
    blocks: ReturnType<typeof blockStore>
  }
}
