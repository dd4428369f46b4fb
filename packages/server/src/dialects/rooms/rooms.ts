import { authorFields } from '../claims.ts'
import type { Dialect, Entrance } from '../dialect.ts'
import { routeFailed } from './failures.ts'
import { incoming } from './incoming.ts'
import { outgoing } from './outgoing.ts'
import { routes } from './routes.ts'

const messages = {
  token: 'Invalid token to authenticate! Please login again!',
  connections: 'Too many connections!',
  expired: 'The session is expired. Please login again!',
  revoked: 'The session is revoked. Please login again!',
}

const entrance: Entrance = {
  path: '/io',
  accepted: ({ socketId, time }) => [
    { event: 'ping', payload: { time } },
    { event: 'authenticated', payload: { id: socketId, time } },
  ],
  refused: (why, time) => [{ event: 'unauthenticated', payload: { message: messages[why], time } }],
  heartbeat: (time) => ({ event: 'ping', payload: { time } }),
}

/**
 * The vocabulary of clients of the two tutorials of IGNIS that build a Socket.IO chat with rooms and direct messages.
 */
export const rooms: Dialect = {
  name: 'rooms',
  claims: authorFields,
  entrance,
  incoming,
  outgoing,
  tellsOffersAsEdits: true,
  routes,
  routeFailed,
}
