import { feature } from '../../core/feature.ts'
import { createPresenceHandlers } from './presence.ts'
import { presencePolicy } from './presence-policy.ts'

export const presence = feature({
  policy: presencePolicy,
  charges: {
    'presence.set': 'signal',
    'presence.watch': { budget: 'read', list: 'userIds', per: 50 },
  },
  handlers: createPresenceHandlers,
})
