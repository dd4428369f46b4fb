import type { Handlers } from '../../core/feature.ts'
import { receiptsSeenBy } from '../blocks/hidden-positions.ts'

/**
 * Lists the receipts of active members, by user id. One that is hidden by a block has the positions of when the block
 * began, and no times. One of a member whose answer the caller awaits has the positions 0, and no times.
 */
export const receiptListHandlers: Handlers<'receipt.list'> = {
  'receipt.list': async ({ conversationId, after = '', limit }, { store, caller }) => {
    const found = await store.receipts.page(conversationId, after, limit + 1)
    const receipts = await receiptsSeenBy(store, caller.user.id, conversationId, found.slice(0, limit))
    return { receipts, hasMore: found.length > limit }
  },
}
