import type { HostUser } from '../../auth/authenticate.ts'
import type { Kernel } from '../../core/kernel.ts'
import { sliceOrder } from '../../core/limits/slice-order.ts'
import { bringIn, isSame } from './host-users.ts'
import type { UserRow } from './user-store.ts'

/** In one transaction. A new profile is a change of each conversation that its person is in. */
const most = { users: 50, conversations: 100 }

/**
 * Makes users known, or gives them the profiles that they have now, in the order given: so many in a transaction, between
 * which everybody else's commands run. Where one is refused, those before are kept.
 */
export async function putInSlices(
  { store, groupCommit }: Pick<Kernel, 'store' | 'groupCommit'>,
  users: readonly HostUser[],
): Promise<UserRow[]> {
  const known = new Map((await store.users.rows(users.map(({ id }) => id))).map((row) => [row.id, row]))
  const kept: (UserRow | undefined)[] = users.map((given) => {
    const row = known.get(given.id)
    return row && row.deactivated_at === null && isSame(row, given) ? row : undefined
  })
  let slice: number[] = []
  let conversations: string[] = []
  const flush = async () => {
    const [places, ids] = [slice, conversations]
    slice = []
    conversations = []
    if (places.length === 0) return
    await sliceOrder.next()
    await groupCommit.run(async (transaction) => {
      // All at once and in one order, so that two nodes never wait for each other.
      await transaction.store.heads.hold(ids.map((conversationId) => ({ conversationId })))
      for (const at of places) kept[at] = await bringIn(transaction, users[at] as HostUser)
    })
  }
  for (const [at, given] of users.entries()) {
    // Of a thousand who are given every night, hardly any have changed.
    if (kept[at]) continue
    const own = known.has(given.id) ? await store.memberships.conversationIdsOf(given.id) : []
    const isFull = slice.length >= most.users || conversations.length + own.length > most.conversations
    if (isFull) await flush()
    slice.push(at)
    conversations.push(...own)
  }
  await flush()
  return kept as UserRow[]
}
