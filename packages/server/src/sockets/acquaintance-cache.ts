import type { SharedConversation } from '../features/memberships/membership-store.ts'
import type { Pair } from '../storage/portable-sql.ts'
import type { Store } from '../storage/store.ts'

/** The most memberships that are cached: some ten megabytes. */
const most = 100_000

export interface AcquaintanceCache {
  /** Do the two of each pair share a conversation now, or are they the same person? */
  areAcquainted(pairs: readonly Pair[]): Promise<boolean[]>
}

/**
 * Makes `areAcquainted`, which resolves, for each pair in order, with whether the two share a conversation now, or are
 * one user. It caches in which conversation two users were found, at which membershipRev. Each call reads the present
 * membershipRevs, which every change of members raises, so the cache is never outdated: pairs whose conversation has
 * changed, and unknown ones, are looked up. At 100,000 memberships it is emptied.
 */
export function createAcquaintanceCache({
  conversations,
  memberships,
}: Pick<Store, 'conversations' | 'memberships'>): AcquaintanceCache {
  const known = createKnownMembers()

  /** The pairs that are cached as members of a conversation whose members have not changed since. */
  const stillAcquainted = async (pairs: readonly Pair[]): Promise<Set<Pair>> => {
    const sharedBy = new Map<Pair, string>()
    for (const pair of pairs) {
      const id = known.sharedBy(pair)
      if (id !== undefined) sharedBy.set(pair, id)
    }
    const revs = await conversations.membershipRevs([...new Set(sharedBy.values())])
    for (const [pair, id] of sharedBy) if (!known.confirm(id, revs.get(id))) sharedBy.delete(pair)
    return new Set(sharedBy.keys())
  }

  return {
    areAcquainted: async (pairs) => {
      const strangers = pairs.filter(({ one, other }) => one !== other)
      const acquainted = await stillAcquainted(strangers)
      const unknown = strangers.filter((pair) => !acquainted.has(pair))
      const found = await memberships.sharedConversations(unknown)
      for (const [index, pair] of unknown.entries()) {
        const shared = found[index]
        if (!shared) continue
        known.add(pair, shared)
        acquainted.add(pair)
      }
      return pairs.map((pair) => pair.one === pair.other || acquainted.has(pair))
    },
  }
}

interface KnownMembers {
  membershipRev: number
  userIds: Set<string>
}

function createKnownMembers() {
  const byConversation = new Map<string, KnownMembers>()
  const conversationsOf = new Map<string, string[]>()
  let count = 0

  const clear = () => {
    byConversation.clear()
    conversationsOf.clear()
    count = 0
  }

  const addOne = (userId: string, id: string, { userIds }: KnownMembers) => {
    if (userIds.has(userId)) return
    userIds.add(userId)
    const own = conversationsOf.get(userId)
    if (own?.includes(id)) return
    count++
    // Most users have few conversations, for which a set takes four times the memory.
    if (own) own.push(id)
    else conversationsOf.set(userId, [id])
  }

  return {
    /** The id of a conversation in which both were found at the same membershipRev. */
    sharedBy: ({ one, other }: Pair): string | undefined => {
      const [ofOne, ofOther] = [conversationsOf.get(one), conversationsOf.get(other)]
      if (!ofOne || !ofOther) return undefined
      for (const id of ofOne.length < ofOther.length ? ofOne : ofOther) {
        const userIds = byConversation.get(id)?.userIds
        if (userIds?.has(one) && userIds.has(other)) return id
      }
      return undefined
    },
    /** Does the conversation still have the membershipRev at which its members were found? Otherwise forgets them. */
    confirm: (id: string, membershipRev: number | undefined): boolean => {
      const isCurrent = membershipRev !== undefined && byConversation.get(id)?.membershipRev === membershipRev
      if (!isCurrent) byConversation.delete(id)
      return isCurrent
    },
    add: ({ one, other }: Pair, { conversationId, membershipRev }: SharedConversation): void => {
      if (count >= most) clear()
      const before = byConversation.get(conversationId)
      const members = before?.membershipRev === membershipRev ? before : { membershipRev, userIds: new Set<string>() }
      byConversation.set(conversationId, members)
      for (const userId of [one, other]) addOne(userId, conversationId, members)
    },
  }
}
