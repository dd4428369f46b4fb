import { administrationLimits } from '@parley/protocol/features/administration'
import { feature } from '../../core/feature.ts'
import { besideMessage, few, largest, searched, sizes, small } from '../../core/limits/costs.ts'
import { actLogStore } from './act-log-store.ts'
import { peopleHandlers } from './administration.ts'
import { administrationErasure } from './administration-erasure.ts'
import { administrationPolicy } from './administration-policy.ts'
import { administrationStore } from './administration-store.ts'
import { passwordLinkStore } from './password-link-store.ts'
import { createLinkUseHandlers, passwordLinkHandlers } from './password-links.ts'
import { createRemovalHandlers } from './removals.ts'

export const administration = feature({
  policy: administrationPolicy,
  costs: {
    'administration.suspend': {
      charge: 'change',
      rows: few + 2 * largest.conversations + largest.sessions,
      bytes: small + sizes.user,
    },
    'administration.restore': { charge: 'change', rows: few, bytes: small + sizes.user },
    'administration.endSessions': { charge: 'change', rows: few + largest.sessions, bytes: small },
    'administration.createPasswordLink': { charge: 'change', rows: few, bytes: small },
    'administration.listPeople': {
      charge: 'search',
      rows: few + searched + administrationLimits.page,
      bytes: small + administrationLimits.page * sizes.user,
    },
    'administration.removeMessage': { charge: 'change', rows: few + besideMessage, bytes: small },
    'administration.removeRoom': { charge: 'room', rows: few, bytes: small },
    'administration.listRooms': {
      charge: 'search',
      rows: few + largest.rooms + administrationLimits.page,
      bytes: small + administrationLimits.page * sizes.conversation,
    },
    'administration.listActs': {
      charge: 'read',
      rows: few + 3 * administrationLimits.page,
      bytes: small + administrationLimits.page * (sizes.act + 2 * sizes.user),
    },
    // The caller is a stranger, and a valid token costs the hash of a password.
    'passwordLink.use': { charge: 'registration', rows: few + largest.sessions, bytes: small },
  },
  handlers: (kernel) => ({
    ...peopleHandlers,
    ...passwordLinkHandlers,
    ...createLinkUseHandlers(kernel),
    ...createRemovalHandlers(kernel),
  }),
  stores: { administration: administrationStore, actLog: actLogStore, passwordLinks: passwordLinkStore },
  erasure: administrationErasure,
})
