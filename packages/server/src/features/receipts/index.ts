import { feature } from '../../core/feature.ts'
import { receiptPolicy } from './receipt-policy.ts'
import { receiptHandlers } from './receipts.ts'

export const receipts = feature({
  policy: receiptPolicy,
  charges: {
    'receipt.read': 'signal',
    'receipt.delivered': 'signal',
  },
  handlers: receiptHandlers,
})
