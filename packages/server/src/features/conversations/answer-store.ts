import { type Kysely, sql } from 'kysely'
import { hotStatement } from '../../storage/hot-statement.ts'
import { type Pair, type PairLists, pairKey, pairLists, pairsTable } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'

// Begins with the pairs; the index has no rows but those of conversations that await an answer.
const awaiting = sql`cross join conversations c where c.direct_awaits is not null and c.direct_awaits = one`

type Awaited = Pair & { conversationId: string }

const awaitedBetween = hotStatement<PairLists, Awaited>((db, lists) => ({
  compile: () =>
    sql<Awaited>`select one, other, c.id as "conversationId" from ${pairsTable(db, lists)} ${awaiting}
      and c.created_by = other`.compile(db),
}))

const awaitedIn = hotStatement<PairLists, Pair>((db, lists) => ({
  compile: () => sql<Pair>`select one, other from ${pairsTable(db, lists)} ${awaiting} and c.id = other`.compile(db),
}))

const metElsewhere = hotStatement<PairLists, Pair>((db, lists) => ({
  compile: () =>
    sql<Pair>`select one, other from ${pairsTable(db, lists)} where exists (
      select 1 from memberships theirs cross join memberships mine cross join conversations c
      where theirs.user_id = other and theirs.state = 'active'
      and mine.conversation_id = theirs.conversation_id and mine.user_id = one and mine.state = 'active'
      and c.id = mine.conversation_id and (c.direct_awaits is null or c.direct_awaits <> one))`.compile(db),
}))

/**
 * Makes the store that reads which direct conversations await an answer (`direct_awaits`), and whether two users share
 * a conversation that awaits none of the first. It changes nothing.
 */
export const answerStore = (db: Kysely<Tables>) => ({
  /** The conversations that `other` of one of these pairs opened, and in which an answer of its `one` is awaited. */
  awaitedBetween: async (pairs: readonly Pair[]): Promise<Awaited[]> =>
    pairs.length === 0 ? [] : awaitedBetween(db, pairLists(db, pairs)),

  /** For each of these members, in their order: does the conversation await their answer? */
  areAwaited: async (members: readonly { conversationId: string; userId: string }[]): Promise<boolean[]> => {
    if (members.length === 0) return []
    const pairs = members.map(({ conversationId, userId }) => ({ one: userId, other: conversationId }))
    const awaited = new Set((await awaitedIn(db, pairLists(db, pairs))).map(pairKey))
    return pairs.map((pair) => awaited.has(pairKey(pair)))
  },

  /**
   * For each of these pairs, in their order: true if both are active together in a conversation that does not await an
   * answer of `one`. It searches the conversations of `other`, so give it few pairs at a time.
   */
  areMetElsewhere: async (pairs: readonly Pair[]): Promise<boolean[]> => {
    if (pairs.length === 0) return []
    const met = new Set((await metElsewhere(db, pairLists(db, pairs))).map(pairKey))
    return pairs.map((pair) => met.has(pairKey(pair)))
  },
})

declare module '../../storage/store.ts' {
  interface Store {
    answers: ReturnType<typeof answerStore>
  }
}
