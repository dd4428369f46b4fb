import { feature } from '../../core/feature.ts'
import { hookErasure } from './hook-erasure.ts'
import { hookPolicy } from './hook-policy.ts'
import { hookRoutes } from './hook-routes.ts'
import { hookStore } from './hook-store.ts'
import { hookHandlers } from './hooks.ts'

export const hooks = feature({
  policy: hookPolicy,
  charges: {
    'hook.create': 'people',
    'hook.list': 'read',
    'hook.revoke': 'people',
  },
  handlers: hookHandlers,
  stores: { hooks: hookStore },
  erasure: hookErasure,
  routes: (kernel) => [hookRoutes(kernel)],
})
