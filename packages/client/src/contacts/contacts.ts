import type { Contact, Input, Output } from '@parley/protocol'
import { emptyRecord, putNewer, withField } from '../cache/records.ts'
import type { CallOptions } from '../chat.ts'
import type { ChatState } from '../chat-state.ts'
import { type ClientContext, read, update } from '../client-context.ts'
import type { ClientFeature } from '../client-feature.ts'
import { applyUsers } from '../users/user-rows.ts'

/**
 * A page of the list of contacts: their `state`, `limit` (1..100), and `after`, the last user id of the page before.
 */
export type ContactListOptions = Input<'contact.list'> & CallOptions

/**
 * Contacts and requests. The state holds all of them as `contacts` after `connect`, also what a call has just changed.
 * Promises reject with a ChatError or the reason of an abort.
 */
export interface Contacts {
  /**
   * Asks somebody to become a contact; if they have asked already, both are contacts at once.
   *
   * @example
   * const { state } = await chat.contacts.request('bob')
   */
  request(userId: string, options?: CallOptions): Promise<Contact>
  /** Accepts the request of the other person. */
  accept(userId: string, options?: CallOptions): Promise<Contact>
  /** Declines the request of the other person, who gets no notice of it. */
  decline(userId: string, options?: CallOptions): Promise<Contact>
  /** Takes one's own request back. */
  withdraw(userId: string, options?: CallOptions): Promise<Contact>
  /** Ends the contact, for both. */
  remove(userId: string, options?: CallOptions): Promise<Contact>
  /** A page of the list. Puts its people into the state as `users`. */
  list(options?: ContactListOptions): Promise<Output<'contact.list'>>
}

export interface ContactsState {
  /** By the id of the other person. Those that ended stay, with the state `ended`. */
  contacts: Record<string, Contact>
}

export const contacts: ClientFeature<Contacts, ContactsState> = {
  create: createContacts,
  state: { initial: { contacts: emptyRecord } },
  accountRows: { contacts: { apply: applyContacts } },
}

function applyContacts(state: ChatState, given: readonly Contact[]): ChatState {
  return withField(state, 'contacts', putNewer(state.contacts, given, 'userId'))
}

type ContactOperation = 'contact.request' | 'contact.accept' | 'contact.decline' | 'contact.withdraw' | 'contact.remove'

function createContacts(context: ClientContext): Contacts {
  const change =
    (name: ContactOperation): Contacts['request'] =>
    async (userId, options) => {
      const { epoch } = context.store.getState()
      const { contact } = await context.call(name, { userId }, options)
      // The revs of a history that a backup replaced mean nothing in the new one.
      update(context, (state) => (state.epoch === epoch ? applyContacts(state, [contact]) : state))
      return contact
    }
  return {
    request: change('contact.request'),
    accept: change('contact.accept'),
    decline: change('contact.decline'),
    withdraw: change('contact.withdraw'),
    remove: change('contact.remove'),
    async list({ signal, ...input } = {}) {
      const page = await read(context, 'contact.list', input, { signal })
      update(context, (state) => applyUsers(state, page.users))
      return page
    },
  }
}
