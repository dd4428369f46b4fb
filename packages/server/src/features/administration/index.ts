import { feature } from '../../core/feature.ts'
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
  charges: {
    'administration.suspend': 'change',
    'administration.restore': 'change',
    'administration.endSessions': 'change',
    'administration.createPasswordLink': 'change',
    'administration.listPeople': 'search',
    'administration.removeMessage': 'change',
    'administration.removeRoom': 'room',
    'administration.listRooms': 'search',
    'administration.listActs': 'read',
    // The caller is a stranger, and a valid token costs the hash of a password.
    'passwordLink.use': 'registration',
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
