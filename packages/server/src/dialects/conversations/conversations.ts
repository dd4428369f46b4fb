import { authorFields } from '../claims.ts'
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

/**
 * The vocabulary of clients of a job market and of a guide for NestJS, which name a direct conversation by its users:
 * `<idA>_<idB>`.
 */
export const conversations: Dialect = {
  name: 'conversations',
  claims: authorFields,
  incoming,
  outgoing,
  statuses,
  entrance,
  routes,
  routeFailed,
}
