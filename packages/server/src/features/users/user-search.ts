import type { Output, ParsedInput } from '@parley/protocol'
import { comparableName } from '@parley/protocol/features/name-rules'
import type { Context } from '../../core/context.ts'
import { foundInSlices } from '../../core/limits/found-in-slices.ts'
import { toUser } from './user-store.ts'

/**
 * People with a text in their names, in the order of their user names. Three letters of the text are found by an index;
 * the search reads the names in slices, and the server answers others between two slices.
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
