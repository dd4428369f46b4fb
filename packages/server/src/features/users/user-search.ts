import type { Output, ParsedInput } from '@parley/protocol'
import { comparableName } from '@parley/protocol/features/name-rules'
import type { Context } from '../../core/context.ts'
import { sliceOrder } from '../../core/limits/slice-order.ts'
import { toUser, type UserRow } from './user-store.ts'

/**
 * Finds users whose names contain the text, in the order of their user names. An index finds names with the rarest
 * three letters of the text; it reads these in slices, between which the server answers other requests.
 */
export async function searchUsers(
  { query, after, limit }: ParsedInput<'user.search'>,
  { store, caller }: Context,
): Promise<Output<'user.search'>> {
  const text = comparableName(query)
  const rarest = await store.userSearch.rarestGram(text)
  const start = after === undefined ? '' : (await store.users.byId(after))?.username_key
  if (rarest?.count === 0 || start === undefined) return { users: [] }
  const found: UserRow[] = []
  for (let from: string | undefined = start; from !== undefined && found.length <= limit; ) {
    if (from !== start) await sliceOrder.next()
    const wanted = { text, gram: rarest?.gram, from, limit: limit + 1 - found.length }
    const { rows, end } = await store.userSearch.searchSlice(caller.user.id, wanted)
    found.push(...rows)
    from = end
  }
  const users = found.slice(0, limit).map(toUser)
  const last = users.at(-1)
  return { users, ...(found.length > limit && last && { next: last.id }) }
}
