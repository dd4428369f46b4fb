import type { Handlers } from '../../core/feature.ts'
import { decidingReceipts } from './deciding-receipts.ts'

export const receiptListHandlers: Handlers<'receipt.list'> = {
  'receipt.list': async ({ conversationId, after = '', limit, deciding }, { store, reach }) => {
    if (deciding !== undefined) return { receipts: await decidingReceipts(store, reach, deciding), hasMore: false }
    const receipts = await store.receipts.page(conversationId, after, limit + 1)
    return { receipts: receipts.slice(0, limit), hasMore: receipts.length > limit }
  },
}
