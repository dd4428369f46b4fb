import type { AdministeredPerson } from '@parley/protocol'
import { comparableName } from '@parley/protocol/features/name-rules'
import { type Handlers, live } from '../../core/feature.ts'
import { foundInSlices } from '../../core/limits/found-in-slices.ts'
import { OperationError } from '../../core/operation-error.ts'
import { endAccess } from '../users/user-lifecycle.ts'
import { cursorBehind, startBehind } from '../users/user-search.ts'
import { toUser, type UserRow } from '../users/user-store.ts'
import { beginActOn, noteAct } from './acts.ts'

type Names =
  | 'administration.suspend'
  | 'administration.restore'
  | 'administration.endSessions'
  | 'administration.listPeople'

/**
 * The operations of administrators on users. Each act throws `forbidden` unless the caller is an administrator now, and
 * `not_found` for an unknown or erased user; suspending oneself is `forbidden`. To suspend or restore a user again
 * changes nothing and is not logged; `endSessions` is logged each time. Suspending ends all access; restoring brings
 * back no session and keeps a deactivation. The list leaves out erased users, and is empty if `after` is an id that no
 * user has.
 */
export const peopleHandlers: Handlers<Names> = {
  'administration.suspend': async ({ userId, reason }, context) => {
    const { store, caller, now } = context
    if (userId === caller.user.id) throw new OperationError('forbidden', 'You cannot suspend yourself.')
    // A send of this user on another node locks its conversation first. So it is committed before this, or sees the
    // suspension.
    const ids = await store.memberships.conversationIdsOf(userId)
    await store.heads.hold(ids.map((conversationId) => ({ conversationId })))
    const row = await beginActOn(context, userId)
    if (row.suspended_at !== null) return { person: toPerson(row) }
    await store.users.update(userId, { suspended_at: now })
    await endAccess(context, row, row.deactivated_at)
    await noteAct(context, { act: 'suspend', user_id: userId, reason })
    return { person: toPerson({ ...row, suspended_at: now }) }
  },

  'administration.restore': async ({ userId, reason }, context) => {
    const row = await beginActOn(context, userId)
    if (row.suspended_at === null) return { person: toPerson(row) }
    await context.store.users.update(userId, { suspended_at: null })
    await noteAct(context, { act: 'restore', user_id: userId, reason })
    return { person: toPerson({ ...row, suspended_at: null }) }
  },

  'administration.endSessions': async ({ userId, reason }, context) => {
    const row = await beginActOn(context, userId)
    await endAccess(context, row, row.deactivated_at)
    await noteAct(context, { act: 'endSessions', user_id: userId, reason })
    return {}
  },

  'administration.listPeople': live('administration.listPeople', async ({ query, state, after, limit }, { store }) => {
    const start = await startBehind(store, after)
    if (start === undefined) return { people: [], hasMore: false }
    const text = comparableName(query)
    const rows = await foundInSlices(limit + 1, start, (from, left) =>
      store.administration.people({ text, state, from, limit: left }),
    )
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    const hasMore = rows.length > limit
    return { people: page.map(toPerson), hasMore, ...(hasMore && last && { next: cursorBehind(last) }) }
  }),
}

const toPerson = (row: UserRow): AdministeredPerson => ({
  user: toUser(row),
  state: row.suspended_at !== null ? 'suspended' : row.deactivated_at !== null ? 'deactivated' : 'active',
  suspendedAt: row.suspended_at,
  createdAt: row.created_at,
  lastSeenAt: row.last_seen_at,
  hasPassword: row.password_hash !== null,
})
