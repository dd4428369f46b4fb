import type { HostUser } from '../../auth/authenticate.ts'
import type { Kernel } from '../../core/kernel.ts'
import { sliceOrder } from '../../core/limits/slice-order.ts'
import { isSame, upsertHostUser } from './host-users.ts'
import type { UserRow } from './user-store.ts'

/** In one transaction. A new profile is a change of each conversation of its user. */
const most = { users: 50, conversations: 100 }

/**
 * Creates or updates users in slices between other commits, as `upsertHostUser` does, and resolves with their rows in
 * the given order. Unchanged users cost one query for all and no commit. If one is refused, it rejects: nothing of that
 * slice and of those after it is stored, the slices before it are.
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
      // All at once and in one order, so that two nodes never deadlock.
      await transaction.store.heads.hold(ids.map((conversationId) => ({ conversationId })))
      for (const at of places) kept[at] = await upsertHostUser(transaction, users[at] as HostUser)
    })
  }
  for (const [at, given] of users.entries()) {
    // A host may give a thousand users every night, of whom hardly any have changed.
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
