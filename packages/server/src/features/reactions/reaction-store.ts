import type { Reaction, Tally } from '@parley/protocol'
import { type Kysely, type Selectable, sql } from 'kysely'
import { hotStatement } from '../../storage/hot-statement.ts'
import { isInList, listOf } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'
import type { ReactionsTable, ReactionTalliesTable } from './reaction-table.ts'

interface RevWindow {
  conversationId: string
  after: number
  upTo: number
}

type Key = Pick<Reaction, 'messageId' | 'userId' | 'emoji'>

const toReaction = (row: Selectable<ReactionsTable>): Reaction => ({
  messageId: row.message_id,
  userId: row.user_id,
  emoji: row.emoji,
  rev: row.rev,
  removed: row.removed === 1,
})

const toTally = (row: Selectable<ReactionTalliesTable>): Tally => ({
  messageId: row.message_id,
  emoji: row.emoji,
  count: row.count,
  userIds: JSON.parse(row.user_ids) as string[],
  firstRev: row.first_rev,
  rev: row.rev,
})

/** The tally of an emoji without reactions: a count of 0, with the rev of this reaction. No row is stored for it. */
export const noTally = ({ messageId, emoji, rev }: Reaction): Tally => ({
  messageId,
  emoji,
  count: 0,
  userIds: [],
  firstRev: rev,
  rev,
})

/** The present reactions to a message with an emoji, oldest first. */
const present = (db: Kysely<Tables>, messageId: string, emoji: string) =>
  db
    .selectFrom('reactions')
    .where('message_id', '=', messageId)
    .where('emoji', '=', emoji)
    // A literal: with a parameter, PostgreSQL may choose a plan that cannot use the partial index of these rows.
    .where('removed', '=', sql.lit(0))
    .orderBy('rev')

const changedSince = hotStatement<{ conversationId: string; rev: number; limit: number }, Selectable<ReactionsTable>>(
  (db, { conversationId, rev, limit }) =>
    db
      .selectFrom('reactions as r')
      .innerJoin('messages as m', 'm.id', 'r.message_id')
      .selectAll('r')
      .where('r.conversation_id', '=', conversationId)
      .where('r.rev', '>', rev)
      .where('m.deleted_at', 'is', null)
      .orderBy('r.rev')
      .limit(limit),
)

const reactionsOf = (db: Kysely<Tables>) => ({
  /** The reaction of a user with an emoji; it may be removed. */
  byKey: async ({ messageId, userId, emoji }: Key): Promise<Reaction | undefined> => {
    const row = await db
      .selectFrom('reactions')
      .selectAll()
      .where('message_id', '=', messageId)
      .where('user_id', '=', userId)
      .where('emoji', '=', emoji)
      .executeTakeFirst()
    return row && toReaction(row)
  },

  /** Writes a reaction, in place of an earlier one with the same message, user and emoji. */
  put: ({ messageId, userId, emoji, rev, removed }: Reaction, conversationId: string) => {
    const changed = { rev, removed: removed ? 1 : 0 } as const
    return db
      .insertInto('reactions')
      .values({ message_id: messageId, user_id: userId, emoji, conversation_id: conversationId, ...changed })
      .onConflict((conflict) => conflict.columns(['message_id', 'user_id', 'emoji']).doUpdateSet(changed))
      .execute()
  },

  /** The present reactions with an emoji after a rev, in the order of their revs. */
  after: async (messageId: string, emoji: string, rev: number, limit: number): Promise<Reaction[]> => {
    const rows = await present(db, messageId, emoji).selectAll().where('rev', '>', rev).limit(limit).execute()
    return rows.map(toReaction)
  },

  /** The first users of an emoji, in the order of their reactions. */
  firstUserIds: async (messageId: string, emoji: string, limit: number): Promise<string[]> =>
    (await present(db, messageId, emoji).select('user_id').limit(limit).execute()).map((row) => row.user_id),

  /**
   * The reactions of a conversation that changed after a rev, in the order of their revs; without those to deleted
   * messages.
   */
  changedSince: async (conversationId: string, rev: number, limit: number): Promise<Reaction[]> =>
    (await changedSince(db, { conversationId, rev, limit })).map(toReaction),
})

/** Reactions of one user. */
const ofUser = (db: Kysely<Tables>) => ({
  /** Deletes the row of a reaction, so that no sync finds its removal. */
  drop: ({ messageId, userId, emoji }: Key) =>
    db
      .deleteFrom('reactions')
      .where('message_id', '=', messageId)
      .where('user_id', '=', userId)
      .where('emoji', '=', emoji)
      .execute(),

  /**
   * A user's present reactions in a range of revs of a conversation, in their order; `isShown` is false if the message
   * is deleted.
   */
  presentOf: async (userId: string, { conversationId, after, upTo }: RevWindow, limit: number) => {
    const rows = await db
      .selectFrom('reactions as r')
      .innerJoin('messages as m', 'm.id', 'r.message_id')
      .selectAll('r')
      .select('m.deleted_at')
      .where('r.conversation_id', '=', conversationId)
      .where('r.rev', '>', after)
      .where('r.rev', '<=', upTo)
      .where('r.user_id', '=', userId)
      .where('r.removed', '=', 0)
      .orderBy('r.rev')
      .limit(limit)
      .execute()
    return rows.map((row) => ({ reaction: toReaction(row), isShown: row.deleted_at === null }))
  },
})

/** Tallies: how many users have reacted to a message with an emoji. */
const tallyOf = (db: Kysely<Tables>) => ({
  /** The tally of a message and emoji; undefined if no user reacts with it now. */
  tally: async (messageId: string, emoji: string): Promise<Tally | undefined> => {
    const row = await db
      .selectFrom('reaction_tallies')
      .selectAll()
      .where('message_id', '=', messageId)
      .where('emoji', '=', emoji)
      .executeTakeFirst()
    return row && toTally(row)
  },

  /** Writes a tally, in place of an earlier one of the same message and emoji. */
  putTally: ({ messageId, emoji, count, userIds, firstRev, rev }: Tally) => {
    const counted = { count, user_ids: JSON.stringify(userIds), first_rev: firstRev, rev }
    return db
      .insertInto('reaction_tallies')
      .values({ message_id: messageId, emoji, ...counted })
      .onConflict((conflict) => conflict.columns(['message_id', 'emoji']).doUpdateSet(counted))
      .execute()
  },

  dropTally: ({ messageId, emoji }: Tally) =>
    db.deleteFrom('reaction_tallies').where('message_id', '=', messageId).where('emoji', '=', emoji).execute(),

  /** The number of different emoji of a message. */
  emojiCount: async (messageId: string): Promise<number> => {
    const row = await db
      .selectFrom('reaction_tallies')
      .select((eb) => eb.fn.countAll<number>().as('emoji'))
      .where('message_id', '=', messageId)
      .executeTakeFirstOrThrow()
    return row.emoji
  },
})

// Each page and summary runs this, mostly with an empty result, so it is compiled once.
const shownTallies = hotStatement<
  { messageIds: unknown; viewerId: string },
  Selectable<ReactionTalliesTable> & { own: number | boolean }
>((db, { messageIds, viewerId }) =>
  db
    .selectFrom('reaction_tallies as t')
    .leftJoin('reactions as own', (join) =>
      join
        .onRef('own.message_id', '=', 't.message_id')
        .onRef('own.emoji', '=', 't.emoji')
        .on('own.user_id', '=', viewerId)
        .on('own.removed', '=', sql.lit(0)),
    )
    .selectAll('t')
    .select(sql<number>`own.rev is not null`.as('own'))
    .where(isInList(db, 't.message_id', messageIds))
    .orderBy('t.first_rev'),
)

const shownTalliesOf = (db: Kysely<Tables>) => ({
  /**
   * All tallies of these messages, in the order of first use. With a viewer, `own` says whether they have this
   * reaction.
   */
  talliesOf: async (messageIds: readonly string[], viewerId: string | undefined): Promise<Tally[]> => {
    if (messageIds.length === 0) return []
    const rows = await shownTallies(db, { messageIds: listOf(db, messageIds), viewerId: viewerId ?? '' })
    return rows.map((row) => ({ ...toTally(row), ...(viewerId === undefined ? {} : { own: Boolean(row.own) }) }))
  },
})

/** Makes the store of reactions and tallies. Writing one does not update the other: the caller writes both. */
export const reactionStore = (db: Kysely<Tables>) => ({
  ...reactionsOf(db),
  ...ofUser(db),
  ...tallyOf(db),
  ...shownTalliesOf(db),
})

declare module '../../storage/store.ts' {
  interface Store {
    reactions: ReturnType<typeof reactionStore>
  }
}
