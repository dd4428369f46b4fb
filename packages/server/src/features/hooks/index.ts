import { feature } from '../../core/feature.ts'
import { besideMessage, few, sizes, small } from '../../core/limits/costs.ts'
import { hookErasure } from './hook-erasure.ts'
import { hookPolicy } from './hook-policy.ts'
import { hookRoutes } from './hook-routes.ts'
import { hookStore } from './hook-store.ts'
import { hookHandlers, mostHooks } from './hooks.ts'

export const hooks = feature({
  policy: hookPolicy,
  costs: {
    'hook.create': { charge: 'people', rows: few + besideMessage, bytes: small + sizes.hook },
    'hook.list': { charge: 'read', rows: few + mostHooks, bytes: small + mostHooks * sizes.hook },
    'hook.revoke': { charge: 'people', rows: few, bytes: small },
  },
  handlers: hookHandlers,
  stores: { hooks: hookStore },
  erasure: hookErasure,
  routes: (kernel) => [hookRoutes(kernel)],
})
