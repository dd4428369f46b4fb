import type { Reaction, Tally } from '@parley/protocol'
import { type Kysely, type Selectable, sql } from 'kysely'
import { isAmong } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'
import type { ReactionsTable, ReactionTalliesTable } from './reaction-table.ts'

export type ReactionRow = Selectable<ReactionsTable>
export type TallyRow = Selectable<ReactionTalliesTable>
type Key = Pick<ReactionRow, 'message_id' | 'user_id' | 'emoji'>

export const toReaction = (row: ReactionRow): Reaction => ({
  messageId: row.message_id,
  userId: row.user_id,
  emoji: row.emoji,
  rev: row.rev,
  removed: row.removed === 1,
})

export const toTally = (row: TallyRow): Tally => ({
  messageId: row.message_id,
  emoji: row.emoji,
  count: row.count,
  userIds: JSON.parse(row.user_ids) as string[],
  firstRev: row.first_rev,
  rev: row.rev,
})

const standing = (db: Kysely<Tables>, messageId: string, emoji: string) =>
  db
    .selectFrom('reactions')
    .where('message_id', '=', messageId)
    .where('emoji', '=', emoji)
    .where('removed', '=', 0)
    .orderBy('rev')

/** Single reactions. */
const reactionsOf = (db: Kysely<Tables>) => ({
  byKey: ({ message_id, user_id, emoji }: Key): Promise<ReactionRow | undefined> =>
    db
      .selectFrom('reactions')
      .selectAll()
      .where('message_id', '=', message_id)
      .where('user_id', '=', user_id)
      .where('emoji', '=', emoji)
      .executeTakeFirst(),

  put: (row: ReactionRow) =>
    db
      .insertInto('reactions')
      .values(row)
      .onConflict((conflict) =>
        conflict.columns(['message_id', 'user_id', 'emoji']).doUpdateSet({ rev: row.rev, removed: row.removed }),
      )
      .execute(),

  /** Those with one emoji after a rev, in their order. */
  after: (messageId: string, emoji: string, rev: number, limit: number): Promise<ReactionRow[]> =>
    standing(db, messageId, emoji).selectAll().where('rev', '>', rev).limit(limit).execute(),

  /** The users who were first, in the order of their reactions. */
  firstUserIds: async (messageId: string, emoji: string, limit: number): Promise<string[]> =>
    (await standing(db, messageId, emoji).select('user_id').limit(limit).execute()).map((row) => row.user_id),

  /** Those of a conversation that changed after a rev, each in its present state. Deleted messages have none. */
  changedSince: (conversationId: string, rev: number, limit: number): Promise<ReactionRow[]> =>
    db
      .selectFrom('reactions as r')
      .innerJoin('messages as m', 'm.id', 'r.message_id')
      .selectAll('r')
      .where('r.conversation_id', '=', conversationId)
      .where('r.rev', '>', rev)
      .where('m.deleted_at', 'is', null)
      .orderBy('r.rev')
      .limit(limit)
      .execute(),
})

/** How often an emoji was used on a message. */
const tallyOf = (db: Kysely<Tables>) => ({
  tally: (messageId: string, emoji: string): Promise<TallyRow | undefined> =>
    db
      .selectFrom('reaction_tallies')
      .selectAll()
      .where('message_id', '=', messageId)
      .where('emoji', '=', emoji)
      .executeTakeFirst(),

  putTally: (row: TallyRow) =>
    db
      .insertInto('reaction_tallies')
      .values(row)
      .onConflict((conflict) =>
        conflict.columns(['message_id', 'emoji']).doUpdateSet({
          count: row.count,
          user_ids: row.user_ids,
          first_rev: row.first_rev,
          rev: row.rev,
        }),
      )
      .execute(),

  /** How many different emoji a message has. */
  emojiCount: async (messageId: string): Promise<number> => {
    const row = await db
      .selectFrom('reaction_tallies')
      .select((eb) => eb.fn.countAll<number>().as('emoji'))
      .where('message_id', '=', messageId)
      .where('count', '>', 0)
      .executeTakeFirstOrThrow()
    return row.emoji
  },
})

/** The tallies that are shown with messages. */
const shownTalliesOf = (db: Kysely<Tables>) => ({
  /** All tallies of these messages, each message's in the order of first use, and which of them the viewer is in. */
  talliesOf: async (messageIds: readonly string[], viewerId: string | undefined): Promise<Tally[]> => {
    if (messageIds.length === 0) return []
    const rows = await db
      .selectFrom('reaction_tallies as t')
      .leftJoin('reactions as own', (join) =>
        join
          .onRef('own.message_id', '=', 't.message_id')
          .onRef('own.emoji', '=', 't.emoji')
          .on('own.user_id', '=', viewerId ?? '')
          .on('own.removed', '=', 0),
      )
      .selectAll('t')
      .select(sql<number>`own.rev is not null`.as('own'))
      .where(isAmong(db, 't.message_id', messageIds))
      .orderBy('t.first_rev')
      .execute()
    return rows.map((row) => ({ ...toTally(row), ...(viewerId === undefined ? {} : { own: Boolean(row.own) }) }))
  },
})

export const reactionStore = (db: Kysely<Tables>) => ({ ...reactionsOf(db), ...tallyOf(db), ...shownTalliesOf(db) })

declare module '../../storage/store.ts' {
  interface Store {
    reactions: ReturnType<typeof reactionStore>
  }
}
