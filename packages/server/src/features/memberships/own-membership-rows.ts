import type { AccountRowKind } from '../../core/rows/account-row-kind.ts'
import { summariesFor } from '../conversations/summaries.ts'
import { type MembershipRow, toMembership } from './membership-store.ts'

/**
 * The user's own memberships; a device that holds no rows yet gets no ended ones. A summary is added for each
 * invitation and for each conversation that the device does not have yet: others it gets as changes, without a gap. A
 * device that holds `everything` gets no summaries.
 */
export const ownMembershipRows: AccountRowKind<MembershipRow> = {
  changedSince: async (store, userId, since, { isAnew, most }) => {
    const rows = await store.memberships.ofAccountSince(userId, since, isAnew, most)
    return rows.map((row) => ({ rev: row.account_rev, row }))
  },

  bring: async (store, userId, rows, held) => {
    const isUnknown = ({ state, conversation_id: id }: MembershipRow) =>
      held !== 'everything' && (state === 'invited' || (state === 'active' && !held.has(id)))
    const ids = rows.filter(isUnknown).map((row) => row.conversation_id)
    const summaries = new Map((await summariesFor(store, userId, ids)).map((found) => [found.conversation.id, found]))
    return rows.map((row) => {
      const summary = summaries.get(row.conversation_id)
      return { memberships: [toMembership(row)], ...(summary ? { summaries: [summary] } : {}) }
    })
  },
}
