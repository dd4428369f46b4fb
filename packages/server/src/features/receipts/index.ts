import { feature } from '../../core/feature.ts'
import { receiptListHandlers } from './receipt-list.ts'
import { receiptPolicy } from './receipt-policy.ts'
import { receiptStore } from './receipt-store.ts'
import { receiptHandlers } from './receipts.ts'

export const receipts = feature({
  policy: receiptPolicy,
  charges: {
    'receipt.list': 'read',
    'receipt.read': 'signal',
    'receipt.delivered': 'signal',
  },
  handlers: { ...receiptHandlers, ...receiptListHandlers },
  stores: { receipts: receiptStore },
})
