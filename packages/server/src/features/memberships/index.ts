import { feature } from '../../core/feature.ts'
import { startInvitedNews } from './invited-news.ts'
import { membershipErasure } from './membership-erasure.ts'
import { membershipPolicy } from './membership-policy.ts'
import { membershipRows } from './membership-rows.ts'
import { membershipStore } from './membership-store.ts'
import { createAddingHandlers, membershipHandlers } from './memberships.ts'
import { ownMembershipRows } from './own-membership-rows.ts'
import { reachStore } from './reach-store.ts'

export const memberships = feature({
  policy: membershipPolicy,
  charges: {
    'membership.list': 'read',
    'membership.listMany': { budget: 'read', list: 'conversationIds', per: 10 },
    // Cheap, because clients may join all their rooms again after each connect, which changes nothing.
    'membership.join': 'change',
    'membership.leave': 'room',
    'membership.invite': { budget: 'people', list: 'userIds', per: 10 },
    'membership.add': { budget: 'people', list: 'userIds', per: 10 },
    'membership.remove': 'room',
    'membership.setRole': 'room',
  },
  handlers: (kernel) => ({ ...membershipHandlers, ...createAddingHandlers(kernel) }),
  stores: { memberships: membershipStore, reaches: reachStore },
  rows: membershipRows,
  accountRows: ownMembershipRows,
  begin: startInvitedNews,
  erasure: membershipErasure,
})
