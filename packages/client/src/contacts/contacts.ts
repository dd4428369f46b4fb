import type { Contact, Input, Output } from '@parley/protocol'
import { accountRecord } from '../cache/account-record.ts'
import type { CallOptions } from '../chat.ts'
import { type ClientContext, read, taking } from '../client-context.ts'
import type { ClientFeature } from '../client-feature.ts'
import { takeUsers } from '../users/user-rows.ts'

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

const { take, ...parts } = accountRecord('contacts', 'userId')

export const contacts: ClientFeature<Contacts, ContactsState> = { create: createContacts, ...parts }

type ContactOperation = 'contact.request' | 'contact.accept' | 'contact.decline' | 'contact.withdraw' | 'contact.remove'

function createContacts(context: ClientContext): Contacts {
  const change =
    (name: ContactOperation): Contacts['request'] =>
    async (userId, options) => {
      const answer = context.call(name, { userId }, options)
      return (await taking(context, answer, (state, { contact }) => take(state, [contact]))).contact
    }
  return {
    request: change('contact.request'),
    accept: change('contact.accept'),
    decline: change('contact.decline'),
    withdraw: change('contact.withdraw'),
    remove: change('contact.remove'),
    list: ({ signal, ...input } = {}) => taking(context, read(context, 'contact.list', input, { signal }), takeUsers),
  }
}
