import type { Handlers } from '../../core/feature.ts'

export const receiptListHandlers: Handlers<'receipt.list'> = {
  'receipt.list': async ({ conversationId, after = '', limit }, { store }) => {
    const receipts = await store.receipts.page(conversationId, after, limit + 1)
    return { receipts: receipts.slice(0, limit), hasMore: receipts.length > limit }
  },
}
