import { feature } from '../../core/feature.ts'
import { missedStore } from './missed-store.ts'
import { syncHandlers } from './sync.ts'
import { syncPolicy } from './sync-policy.ts'

export const sync = feature({
  policy: syncPolicy,
  charges: {
    'sync.run': { budget: 'read', list: 'positions', per: 100 },
  },
  handlers: syncHandlers,
  stores: { missed: missedStore },
})
