import type { SharedConversation } from '../features/memberships/membership-store.ts'
import type { Pair } from '../storage/portable-sql.ts'
import type { Store } from '../storage/store.ts'

/** So many pairs are remembered: less than ten megabytes. */
const most = 100_000

export interface AcquaintanceCache {
  /** Do the two of each pair share a conversation now, or are they the same person? */
  areAcquainted(pairs: readonly Pair[]): Promise<boolean[]>
}

/**
 * Remembers a conversation that two people share, with the membershipRev at which both were found in it. While the
 * conversation has this membershipRev both are still in it: no membership begins or ends without a new one. So the database
 * is asked for the numbers of a few conversations instead of the memberships of very many pairs, on whatever node
 * memberships change.
 */
export function createAcquaintanceCache({
  conversations,
  memberships,
}: Pick<Store, 'conversations' | 'memberships'>): AcquaintanceCache {
  const known = new Map<string, Map<string, SharedConversation>>()
  /** One object for all pairs that were found in a conversation at the same membershipRev. */
  const found = new Map<string, SharedConversation>()
  let count = 0

  const knownOf = ({ one, other }: Pair) => known.get(one)?.get(other)

  const remember = ({ one, other }: Pair, shared: SharedConversation) => {
    if (count >= most) {
      known.clear()
      found.clear()
      count = 0
    }
    const others = known.get(one) ?? new Map<string, SharedConversation>()
    known.set(one, others)
    if (!others.has(other)) count++
    const same = found.get(shared.conversationId)
    const kept = same?.membershipRev === shared.membershipRev ? same : shared
    found.set(kept.conversationId, kept)
    others.set(other, kept)
  }

  /** Of these pairs, those of whom what is remembered still holds. */
  const stillAcquainted = async (pairs: readonly Pair[]): Promise<Set<Pair>> => {
    const ids = new Set(pairs.flatMap((pair) => knownOf(pair)?.conversationId ?? []))
    const revs = await conversations.membershipRevs([...ids])
    return new Set(
      pairs.filter((pair) => {
        const shared = knownOf(pair)
        return shared !== undefined && revs.get(shared.conversationId) === shared.membershipRev
      }),
    )
  }

  return {
    areAcquainted: async (pairs) => {
      const strangers = pairs.filter(({ one, other }) => one !== other)
      const acquainted = await stillAcquainted(strangers)
      const unknown = strangers.filter((pair) => !acquainted.has(pair))
      const conversationsFound = await memberships.sharedConversations(unknown)
      conversationsFound.forEach((shared, index) => {
        const pair = unknown[index]
        if (!pair || !shared) return
        remember(pair, shared)
        acquainted.add(pair)
      })
      return pairs.map((pair) => pair.one === pair.other || acquainted.has(pair))
    },
  }
}
