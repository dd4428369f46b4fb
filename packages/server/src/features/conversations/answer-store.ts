import { type Kysely, sql } from 'kysely'
import { type Pair, pairKey, pairsTable } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'

// Begins with the pairs; the index has no rows but those of conversations that await an answer.
const awaiting = sql`cross join conversations c where c.direct_awaits is not null and c.direct_awaits = one`

/**
 * Makes the store that reads which direct conversations await an answer (`direct_awaits`), and whether two users share
 * a conversation that awaits none of the first. It changes nothing.
 */
export const answerStore = (db: Kysely<Tables>) => ({
  /** The conversations that `other` of one of these pairs opened, and in which an answer of its `one` is awaited. */
  awaitedBetween: async (pairs: readonly Pair[]): Promise<(Pair & { conversationId: string })[]> => {
    if (pairs.length === 0) return []
    const { rows } = await sql<Pair & { conversationId: string }>`
      select one, other, c.id as "conversationId" from ${pairsTable(db, pairs)} ${awaiting}
      and c.created_by = other`.execute(db)
    return rows
  },

  /** For each of these members, in their order: does the conversation await their answer? */
  areAwaited: async (members: readonly { conversationId: string; userId: string }[]): Promise<boolean[]> => {
    if (members.length === 0) return []
    const pairs = members.map(({ conversationId, userId }) => ({ one: userId, other: conversationId }))
    const query = sql<Pair>`select one, other from ${pairsTable(db, pairs)} ${awaiting} and c.id = other`
    const { rows } = await query.execute(db)
    const awaited = new Set(rows.map(pairKey))
    return pairs.map((pair) => awaited.has(pairKey(pair)))
  },

  /**
   * For each of these pairs, in their order: true if both are active together in a conversation that does not await an
   * answer of `one`. It searches the conversations of `other`, so give it few pairs at a time.
   */
  areMetElsewhere: async (pairs: readonly Pair[]): Promise<boolean[]> => {
    if (pairs.length === 0) return []
    const { rows } = await sql<Pair>`select one, other from ${pairsTable(db, pairs)} where exists (
      select 1 from memberships theirs cross join memberships mine cross join conversations c
      where theirs.user_id = other and theirs.state = 'active'
      and mine.conversation_id = theirs.conversation_id and mine.user_id = one and mine.state = 'active'
      and c.id = mine.conversation_id and (c.direct_awaits is null or c.direct_awaits <> one))`.execute(db)
    const met = new Set(rows.map(pairKey))
    return pairs.map((pair) => met.has(pairKey(pair)))
  },
})

declare module '../../storage/store.ts' {
  interface Store {
    answers: ReturnType<typeof answerStore>
  }
}
