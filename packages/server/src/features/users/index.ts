import { feature } from '../../core/feature.ts'
import { erasureStore } from './erasure-store.ts'
import { createProvisioningHandlers } from './provisioning.ts'
import { userPolicy } from './user-policy.ts'
import { userRows } from './user-rows.ts'
import { userSearchStore } from './user-search-store.ts'
import { userStore } from './user-store.ts'
import { createProfileHandlers, userHandlers } from './users.ts'

export const users = feature({
  policy: userPolicy,
  charges: {
    'user.me': 'read',
    'user.search': 'search',
    'user.get': 'read',
    'user.update': 'people',
    'user.changePassword': 'password',
    'user.upsert': 'provision',
    'user.upsertMany': { budget: 'provision', list: 'users', per: 1 },
    'user.deactivate': 'provision',
    'user.restore': 'provision',
    'user.erase': 'people',
  },
  handlers: (kernel) => ({ ...userHandlers, ...createProvisioningHandlers(kernel), ...createProfileHandlers(kernel) }),
  stores: { users: userStore, userSearch: userSearchStore, erasures: erasureStore },
  sideRows: userRows,
})
