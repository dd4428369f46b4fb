import { limits } from '@parley/protocol'
import { feature } from '../../core/feature.ts'
import { besideMessage, few, perMember, sizes, small } from '../../core/limits/costs.ts'
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
  costs: {
    'membership.list': {
      charge: 'read',
      rows: few + 3 * limits.page,
      bytes: small + limits.page * (sizes.membership + sizes.user),
    },
    'membership.listMany': {
      charge: { budget: 'read', list: 'conversationIds', per: 10 },
      rows: few + limits.people * (1 + 2 * limits.page),
      bytes: limits.pageBytes + limits.page * (sizes.membership + sizes.user),
    },
    // Cheap, because clients may join all their rooms again after each connect, which changes nothing.
    'membership.join': { charge: 'change', rows: few + besideMessage, bytes: small },
    'membership.leave': { charge: 'room', rows: few, bytes: small },
    'membership.invite': {
      charge: { budget: 'people', list: 'userIds', per: 10 },
      rows: few + perMember * limits.people,
      bytes: small + limits.people * sizes.membership,
    },
    'membership.add': {
      charge: { budget: 'people', list: 'userIds', per: 10 },
      rows: few + perMember * limits.people,
      bytes: small + limits.people * sizes.membership,
    },
    'membership.remove': { charge: 'room', rows: few, bytes: small },
    'membership.setRole': { charge: 'room', rows: few + besideMessage, bytes: small },
  },
  handlers: (kernel) => ({ ...membershipHandlers, ...createAddingHandlers(kernel) }),
  stores: { memberships: membershipStore, reaches: reachStore },
  rows: membershipRows,
  accountRows: ownMembershipRows,
  begin: startInvitedNews,
  erasure: membershipErasure,
})
