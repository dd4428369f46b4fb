import { formatNumber } from '../number-format.ts'

const waiting = (count: number) => `${formatNumber(count)} ${count === 1 ? 'request' : 'requests'} to answer`

export const contacts = {
  contacts: 'Contacts',
  contactsWaiting: (count: number) => (count === 0 ? 'Contacts' : `Contacts, ${waiting(count)}`),
  sections: 'Parts of the contacts',
  people: 'People',
  requests: 'Requests',
  requestsWaiting: (count: number) => (count === 0 ? 'Requests' : `Requests, ${waiting(count)}`),
  find: 'Find people',
  /** The short form for phones. */
  findBrief: 'Find',
  blocked: 'Blocked',
  received: 'Waiting for your answer',
  requested: 'Sent by you',
  waiting: 'waiting',
  nobodyYet: 'You have no contacts yet',
  noRequests: 'No open requests',

  request: 'Add contact',
  requestOf: (name: string) => `Add contact ${name}`,
  accept: 'Accept',
  acceptOf: (name: string) => `Accept the request of ${name}`,
  decline: 'Decline',
  declineOf: (name: string) => `Decline the request of ${name}`,
  withdraw: 'Withdraw',
  withdrawOf: (name: string) => `Withdraw your request to ${name}`,
  remove: 'Remove contact',
}
