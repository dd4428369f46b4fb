import type { Output, ParsedInput } from '@parley/protocol'
import { comparableName } from '@parley/protocol/features/name-rules'
import type { Context } from '../../core/context.ts'
import { foundInSlices } from '../../core/limits/found-in-slices.ts'
import { toUser } from './user-store.ts'

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
  const found = await foundInSlices(limit + 1, start, (from = '', left) =>
    store.userSearch.searchSlice(caller.user.id, { text, gram: rarest?.gram, from, limit: left }),
  )
  const users = found.slice(0, limit).map(toUser)
  const last = users.at(-1)
  return { users, ...(found.length > limit && last && { next: last.id }) }
}
