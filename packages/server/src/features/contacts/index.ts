import { limits } from '@parley/protocol'
import { feature } from '../../core/feature.ts'
import { betweenTwo, few, sizes, small } from '../../core/limits/costs.ts'
import { contactErasure } from './contact-erasure.ts'
import { contactPolicy } from './contact-policy.ts'
import { contactRows } from './contact-rows.ts'
import { contactStore } from './contact-store.ts'
import { contactHandlers } from './contacts.ts'

export const contacts = feature({
  policy: contactPolicy,
  costs: {
    // Each request reaches a user who did not ask for it, so it costs more than a change.
    'contact.request': { charge: 'people', rows: few + betweenTwo, bytes: small },
    'contact.accept': { charge: 'change', rows: few + betweenTwo, bytes: small },
    'contact.decline': { charge: 'change', rows: few, bytes: small },
    'contact.withdraw': { charge: 'change', rows: few, bytes: small },
    'contact.remove': { charge: 'change', rows: few + betweenTwo, bytes: small },
    'contact.list': {
      charge: 'read',
      rows: few + 2 * limits.page,
      bytes: small + limits.page * (sizes.pair + sizes.user),
    },
  },
  handlers: contactHandlers,
  stores: { contacts: contactStore },
  accountRows: contactRows,
  erasure: contactErasure,
})
