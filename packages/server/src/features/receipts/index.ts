import { limits } from '@parley/protocol'
import { feature } from '../../core/feature.ts'
import { few, largest, sizes, small } from '../../core/limits/costs.ts'
import { receiptListHandlers } from './receipt-list.ts'
import { receiptPolicy } from './receipt-policy.ts'
import { receiptStore } from './receipt-store.ts'
import { receiptHandlers } from './receipts.ts'

export const receipts = feature({
  policy: receiptPolicy,
  costs: {
    'receipt.list': { charge: 'read', rows: few + 3 * limits.page, bytes: small + limits.page * sizes.membership },
    'receipt.read': { charge: 'signal', rows: few + largest.blocks, bytes: small },
    'receipt.delivered': { charge: 'signal', rows: few + largest.blocks, bytes: small },
  },
  handlers: { ...receiptHandlers, ...receiptListHandlers },
  stores: { receipts: receiptStore },
})
