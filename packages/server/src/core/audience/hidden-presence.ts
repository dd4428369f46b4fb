import { type Pair, pairKey } from '../../storage/portable-sql.ts'
import type { Store } from '../../storage/store.ts'
import { slicesOf } from '../limits/answer-budget.ts'
import { sliceOrder } from '../limits/slice-order.ts'

/** Pairs in one query that searches all conversations of a user. */
const pairsAtOnce = 8

type Stores = Pick<Store, 'blocks' | 'answers'>

/**
 * Resolves, for each of these pairs in their order, with why the presence of `one` must be hidden from `other`.
 * `block`, which goes first: there is a block between the two, made by either. `answer`: a direct conversation that
 * `other` opened awaits an answer of `one`, and so does every conversation in which the two are active together.
 * Otherwise undefined, also for two who share no conversation at all.
 */
export async function whyPresencesAreHidden(
  store: Stores,
  pairs: readonly Pair[],
): Promise<('block' | 'answer' | undefined)[]> {
  const blocked = await store.blocks.amongPairs(pairs)
  const unanswered = await unansweredAmong(store, pairs)
  return pairs.map((pair, index) => (blocked[index] ? 'block' : unanswered.has(pair) ? 'answer' : undefined))
}

/** Those of these pairs that `whyPresencesAreHidden` would hide for `answer`; blocks make no difference. */
export async function unansweredAmong(
  { answers }: Pick<Store, 'answers'>,
  pairs: readonly Pair[],
): Promise<ReadonlySet<Pair>> {
  // On most servers no conversation awaits an answer: then this finds nothing, in an empty index.
  const awaited = await answers.awaitedBetween(pairs)
  const unanswered = new Map(awaited.map((pair) => [pairKey(pair), pair]))
  for (const some of slicesOf([...unanswered.values()], pairsAtOnce)) {
    await sliceOrder.next()
    const met = await answers.areMetElsewhere(some)
    for (const [index, pair] of some.entries()) if (met[index]) unanswered.delete(pairKey(pair))
  }
  return new Set(pairs.filter((pair) => unanswered.has(pairKey(pair))))
}
