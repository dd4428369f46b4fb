import type { Store } from '../../storage/store.ts'
import type { AccountRowKind } from './account-row-kind.ts'
import type { RowKind, Rows, SideFields, SideRows } from './row-kind.ts'

/** The rows of all features, as a connection or a transaction sees them. */
export interface ComposedRows {
  kinds: readonly RowKind[]
  accountKinds: readonly AccountRowKind[]
  /**
   * Loads what belongs beside these groups of rows. The returned function picks, without reading, what belongs beside
   * some of these rows. `viewerId` is the user who sees them; left out if a node reads them for all its sockets.
   */
  sideLoad(groups: readonly Rows[], viewerId?: string): Promise<(rows: Rows) => SideFields>
}

/**
 * Returns a function that makes the `rows` of a store: the given kinds, and `sideLoad`, which loads the rows beside
 * others. It loads from the last of `sides` to the first, because side rows refer only to rows of features before them:
 * so the order of that list matters.
 */
export function composeRows(
  kinds: readonly RowKind[],
  accountKinds: readonly AccountRowKind[],
  sides: readonly SideRows[],
) {
  const lastFirst = sides.toReversed()
  const usersOf = (rows: Rows) => {
    const ids: string[] = []
    for (const kind of kinds) {
      const own = rows[kind.field]
      if (own && kind.usersOf) ids.push(...kind.usersOf(own))
    }
    return ids
  }

  return (store: Store): ComposedRows => ({
    kinds,
    accountKinds,
    sideLoad: async (groups, viewerId) => {
      const loaded: { field: keyof SideFields; pick: (rows: Rows) => unknown }[] = []
      // Copies, which get the side rows of each kind before the next kind is loaded.
      const shown = groups.map((rows) => ({ ...rows }) as Rows & Partial<Record<keyof SideFields, unknown>>)
      for (const { field, load } of lastFirst) {
        const pick = await load(store, shown, { viewerId, usersOf })
        loaded.push({ field, pick })
        for (const rows of shown) rows[field] = pick(rows) as never
      }
      return (rows: Rows) => {
        const side: Partial<Record<keyof SideFields, unknown>> = {}
        const all = { ...rows } as Rows & typeof side
        for (const { field, pick } of loaded) side[field] = all[field] = pick(all) as never
        return side as SideFields
      }
    },
  })
}

declare module '../../storage/store.ts' {
  interface Store {
    rows: ComposedRows
  }
}
