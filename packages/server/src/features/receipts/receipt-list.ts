import type { Handlers } from '../../core/feature.ts'
import { seenBy } from '../blocks/hidden-positions.ts'

/** The times of changes say when somebody was there, so they are hidden together with the positions. */
const timesAcrossBlock = { readAt: null, deliveredAt: null }

export const receiptListHandlers: Handlers<'receipt.list'> = {
  'receipt.list': async ({ conversationId, after = '', limit }, { store, caller }) => {
    const found = await store.receipts.page(conversationId, after, limit + 1)
    const rows = found.slice(0, limit).map((receipt) => ({ ...receipt, conversationId }))
    const seen = await seenBy(store, caller.user.id, rows, timesAcrossBlock)
    return { receipts: seen.map(({ conversationId: _, ...receipt }) => receipt), hasMore: found.length > limit }
  },
}
