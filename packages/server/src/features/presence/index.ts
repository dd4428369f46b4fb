import { limits } from '@parley/protocol'
import { feature } from '../../core/feature.ts'
import { few, sizes, small } from '../../core/limits/costs.ts'
import { createPresenceHandlers } from './presence.ts'
import { presencePolicy } from './presence-policy.ts'

export const presence = feature({
  policy: presencePolicy,
  costs: {
    'presence.set': { charge: 'signal', rows: few, bytes: small },
    'presence.watch': {
      charge: { budget: 'read', list: 'userIds', per: 50 },
      rows: few + 3 * limits.watched,
      bytes: small + limits.watched * sizes.presence,
    },
  },
  handlers: createPresenceHandlers,
})
