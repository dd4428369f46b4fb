import type { User } from '@parley/protocol'
import type { SideRows } from '../../core/rows/row-kind.ts'

/** The users that rows name, in the order in which the rows name them. */
export const userRows: SideRows<'users'> = {
  field: 'users',
  load: async (store, groups, { usersOf }) => {
    const users = new Map((await store.users.byIds(groups.flatMap(usersOf))).map((user) => [user.id, user]))
    return (rows) => [...new Set(usersOf(rows))].flatMap((id) => users.get(id) ?? [])
  },
}

declare module '../../core/rows/row-kind.ts' {
  interface SideFields {
    users: User[]
  }
}
