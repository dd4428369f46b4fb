import { limits } from '@parley/protocol'
import { feature } from '../../core/feature.ts'
import { few, sideRowsIn, sizes } from '../../core/limits/costs.ts'
import { missedStore } from './missed-store.ts'
import { syncHandlers } from './sync.ts'
import { syncPolicy } from './sync-policy.ts'

export const sync = feature({
  policy: syncPolicy,
  costs: {
    'sync.run': {
      charge: { budget: 'read', list: 'positions', per: 100 },
      rows:
        few +
        6 * limits.answerRows +
        sideRowsIn(limits.conversationBytes) +
        limits.positions * (1 + 3 * limits.changedRows),
      bytes: limits.conversationBytes + sizes.summary,
    },
  },
  handlers: syncHandlers,
  stores: { missed: missedStore },
})
