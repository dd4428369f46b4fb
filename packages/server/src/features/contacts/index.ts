import { feature } from '../../core/feature.ts'
import { contactErasure } from './contact-erasure.ts'
import { contactPolicy } from './contact-policy.ts'
import { contactRows } from './contact-rows.ts'
import { contactStore } from './contact-store.ts'
import { contactHandlers } from './contacts.ts'

export const contacts = feature({
  policy: contactPolicy,
  charges: {
    // Each request reaches a user who did not ask for it, so it costs more than a change.
    'contact.request': 'people',
    'contact.accept': 'change',
    'contact.decline': 'change',
    'contact.withdraw': 'change',
    'contact.remove': 'change',
    'contact.list': 'read',
  },
  handlers: contactHandlers,
  stores: { contacts: contactStore },
  accountRows: contactRows,
  erasure: contactErasure,
})
