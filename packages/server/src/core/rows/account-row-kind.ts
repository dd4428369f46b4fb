import type { AccountChange } from '@parley/protocol'
import type { Store } from '../../storage/store.ts'

/** Rows of an account, by the fields of `AccountChange`. */
export type AccountRows = Partial<Omit<AccountChange, 'rev' | 'user'>>

/** Which conversations a device holds; `everything` if it needs nothing beside the rows themselves. */
export type HeldConversations = { has(conversationId: string): boolean } | 'everything'

interface Wanted {
  /** The device holds no rows yet, so rows that only end something are left out. */
  isAnew: boolean
  /** The most rows to read. */
  most: number
}

/**
 * Durable rows that a feature keeps for one user alone. Each change of such a row takes a rev of the account for itself, so
 * that an answer may end behind any of them. Sync and the nodes of a cluster read the kinds of all features.
 */
export interface AccountRowKind<Row = unknown> {
  /** The rows with a larger account rev than `since`, each in its present state, in the order of these revs. */
  changedSince(store: Store, userId: string, since: number, wanted: Wanted): Promise<{ rev: number; row: Row }[]>
  /** For each of these rows, in their order: the fields that a device gets, with the rows that belong beside it. */
  bring(store: Store, userId: string, rows: readonly Row[], held: HeldConversations): Promise<AccountRows[]>
}

/** A changed row of an account, of any kind. */
export interface ChangedAccountRow {
  kind: AccountRowKind
  rev: number
  row: unknown
}

/**
 * Reads the rows of an account, of all kinds, whose rev is larger than `since`, in the order of their revs. It reads at
 * most `wanted.most` of them: as many mean that there may be more. With `wanted.isAnew`, it leaves out rows that only
 * end something. `bringAccountRows` makes of them what a device gets.
 */
export async function accountRowsSince(
  store: Store,
  userId: string,
  since: number,
  wanted: Wanted,
): Promise<ChangedAccountRow[]> {
  const all: ChangedAccountRow[] = []
  for (const kind of store.rows.accountKinds) {
    for (const changed of await kind.changedSince(store, userId, since, wanted)) all.push({ kind, ...changed })
  }
  return all.sort((one, other) => one.rev - other.rev).slice(0, wanted.most)
}

/**
 * Resolves, for each of these rows and in their order, with the fields that a device gets: the row and what belongs
 * beside it; {} if its kind has none for it. Calls each kind once with all of its rows.
 */
export async function bringAccountRows(
  store: Store,
  userId: string,
  rows: readonly ChangedAccountRow[],
  held: HeldConversations,
): Promise<AccountRows[]> {
  const brought = new Map<ChangedAccountRow, AccountRows>()
  for (const [kind, own] of Map.groupBy(rows, (changed) => changed.kind)) {
    const parts = await kind.bring(
      store,
      userId,
      own.map(({ row }) => row),
      held,
    )
    own.forEach((changed, index) => void brought.set(changed, parts[index] ?? {}))
  }
  return rows.map((changed) => brought.get(changed) ?? {})
}

/**
 * Appends rows to the lists of `change`, which it changes; a missing list is added. Rows that it has already are not
 * replaced.
 */
export function addAccountRows(change: AccountChange, rows: AccountRows): void {
  const fields = change as unknown as Record<string, unknown[] | undefined>
  for (const [field, own] of Object.entries(rows)) {
    const list = fields[field]
    if (list) list.push(...own)
    else fields[field] = [...own]
  }
}
