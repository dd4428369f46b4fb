import type { Dialect, Entrance } from '../dialect.ts'
import { authenticationFailed, routeFailed } from './failures.ts'
import { incoming } from './incoming.ts'
import { outgoing, statuses } from './outgoing.ts'
import { routes } from './routes.ts'

const entrance: Entrance = {
  path: '/socket.io',
  accepted: ({ user }) => [{ event: 'authenticated', payload: { userId: user.id, success: true } }],
  refused: () => authenticationFailed,
}

/** The conversations of two by their `<idA>_<idB>`, as a job market and a guide for NestJS have them. */
export const conversations: Dialect = {
  name: 'conversations',
  claims: ['userId', 'senderId', 'sender_id', 'sender'],
  incoming,
  outgoing,
  statuses,
  entrance,
  routes,
  routeFailed,
}
