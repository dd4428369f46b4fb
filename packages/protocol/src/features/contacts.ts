import { z } from 'zod'
import { command, feature, query } from '../define.ts'
import { exampleIds } from '../examples.ts'
import { Id, Limit, Rev, Timestamp } from '../primitives.ts'
import { User } from './users.ts'

/** Open requests of one person: those they sent (`requested`), and those that others sent to them (`received`). */
export const contactLimits = { requested: 100, received: 1_000 }

export const ContactState = z.enum(['requested', 'received', 'accepted', 'ended'])
export type ContactState = z.output<typeof ContactState>

export const Contact = z
  .strictObject({
    userId: Id.describe('The other person.'),
    state: ContactState.describe(
      '`requested`: you asked, `received`: they asked, `accepted`: you are contacts. `ended`: neither is true any more; the row stays, so that devices get this change, too.',
    ),
    since: Timestamp.describe('When this state began.'),
    rev: Rev.describe('The account’s rev of this change.'),
  })
  .meta({ id: 'Contact' })
export type Contact = z.output<typeof Contact>

const WithPerson = z.strictObject({ userId: Id })
const example = { userId: exampleIds.user }
const One = z.strictObject({ contact: Contact })

const contactOperations = {
  'contact.request': command({
    summary:
      'Asks a person to become your contact. If they have asked you, you are contacts at once. Asking again changes nothing, and no answer says that they declined.',
    http: { method: 'PUT', path: '/contacts/:userId' },
    input: WithPerson,
    example,
    output: One,
    errors: ['not_found', 'no_contact', 'limit_reached'],
  }),
  'contact.accept': command({
    summary: 'Accepts a person’s request.',
    http: { method: 'POST', path: '/contacts/:userId/accept' },
    input: WithPerson,
    example,
    output: One,
    errors: ['not_found'],
  }),
  'contact.decline': command({
    summary:
      'Declines a person’s request. They are not notified, and you get no further requests of theirs until you ask them yourself.',
    http: { method: 'POST', path: '/contacts/:userId/decline' },
    input: WithPerson,
    example,
    output: One,
    errors: ['not_found'],
  }),
  'contact.withdraw': command({
    summary: 'Takes your own request back.',
    http: { method: 'POST', path: '/contacts/:userId/withdraw' },
    input: WithPerson,
    example,
    output: One,
    errors: ['not_found'],
  }),
  'contact.remove': command({
    summary: 'Ends a contact, for both.',
    http: { method: 'DELETE', path: '/contacts/:userId' },
    input: WithPerson,
    example,
    output: One,
    errors: ['not_found'],
  }),
  'contact.list': query({
    summary: 'Your contacts and open requests, by user id; `after` continues a long list.',
    http: { method: 'GET', path: '/contacts' },
    input: z.strictObject({
      state: z.enum(['requested', 'received', 'accepted']).optional().describe('Only contacts in this state.'),
      after: Id.optional(),
      limit: Limit.default(50),
    }),
    example: { state: 'accepted', after: exampleIds.user, limit: 50 },
    output: z.strictObject({ contacts: z.array(Contact), users: z.array(User), hasMore: z.boolean() }),
  }),
} as const

export const contacts = feature({
  nouns: ['contact'],
  about: 'Pairs of people of whom one asked the other to become a contact, and the other accepted.',
  operations: contactOperations,
  accountRows: {
    contacts: z.array(Contact).optional().describe('Own contacts and requests that changed, in their present state.'),
  },
})
