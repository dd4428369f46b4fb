import { limits } from '@parley/protocol'
import { feature } from '../../core/feature.ts'
import { everywhere, few, largest, searched, sizes, small } from '../../core/limits/costs.ts'
import { erasureStore } from './erasure-store.ts'
import { createProvisioningHandlers } from './provisioning.ts'
import { userPolicy } from './user-policy.ts'
import { userRows } from './user-rows.ts'
import { userSearchStore } from './user-search-store.ts'
import { userStore } from './user-store.ts'
import { createProfileHandlers, userHandlers } from './users.ts'

export const users = feature({
  policy: userPolicy,
  costs: {
    'user.me': { charge: 'read', rows: few, bytes: small + sizes.user },
    'user.search': { charge: 'search', rows: few + searched + limits.page, bytes: small + limits.page * sizes.user },
    'user.get': { charge: 'read', rows: few, bytes: small + sizes.user },
    'user.update': { charge: 'people', rows: few + everywhere, bytes: small + sizes.user },
    'user.changePassword': { charge: 'password', rows: few + largest.sessions, bytes: small },
    'user.upsert': { charge: 'provision', rows: few + everywhere, bytes: small + sizes.user },
    'user.upsertMany': {
      charge: { budget: 'provision', list: 'users', per: 1 },
      rows: limits.people * (few + everywhere),
      bytes: small + limits.people * sizes.user,
    },
    'user.deactivate': { charge: 'provision', rows: few + largest.sessions, bytes: small },
    'user.restore': { charge: 'provision', rows: few, bytes: small + sizes.user },
    'user.erase': { charge: 'people', rows: few + largest.sessions, bytes: small },
  },
  handlers: (kernel) => ({ ...userHandlers, ...createProvisioningHandlers(kernel), ...createProfileHandlers(kernel) }),
  stores: { users: userStore, userSearch: userSearchStore, erasures: erasureStore },
  sideRows: userRows,
})
