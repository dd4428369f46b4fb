import type { Output, ParsedInput } from '@parley/protocol'
import { comparableName } from '@parley/protocol/features/name-rules'
import type { Context } from '../../core/context.ts'
import { foundInSlices } from '../../core/limits/found-in-slices.ts'
import type { Store } from '../../storage/store.ts'
import { toUser, type UserRow } from './user-store.ts'

/**
 * Finds users whose user name or display name contains the text, by `comparableName` (no case, no accents), in the
 * order of their user names; the caller, too. It leaves out deactivated and suspended users, bots of webhooks, and
 * users with a block toward the caller, in either direction. `next` is left out if no more follow. An `after` that is
 * neither a cursor nor the id of a user finds none. It reads names in slices, between which the server answers other
 * requests.
 */
export async function searchUsers(
  { query, after, limit }: ParsedInput<'user.search'>,
  { store, caller }: Context,
): Promise<Output<'user.search'>> {
  const text = comparableName(query)
  const rarest = await store.userSearch.rarestGram(text)
  const start = await startBehind(store, after)
  if (rarest?.count === 0 || start === undefined) return { users: [] }
  const found = await foundInSlices(limit + 1, start, (from = '', left) =>
    store.userSearch.searchSlice(caller.user.id, { text, gram: rarest?.gram, from, limit: left }),
  )
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return { users: page.map(toUser), ...(found.length > limit && last && { next: cursorBehind(last) }) }
}

/**
 * The cursor behind a person in a list by user name. It has the name and not the id, because the person may be renamed
 * or erased before the next page.
 */
export const cursorBehind = ({ username_key }: Pick<UserRow, 'username_key'>): string =>
  `=${Buffer.from(username_key).toString('base64url')}`

/**
 * The `username_key` behind which a list continues: empty if there is no cursor; undefined if it is an id that no user
 * has. A cursor of `cursorBehind` always gives a key, also if its user is gone.
 */
export async function startBehind(store: Store, after: string | undefined): Promise<string | undefined> {
  if (after === undefined) return ''
  if (!after.startsWith('=')) return (await store.users.byId(after))?.username_key
  // PostgreSQL refuses NUL, which only an invented cursor has.
  return Buffer.from(after.slice(1), 'base64url').toString().replaceAll('\0', '')
}
