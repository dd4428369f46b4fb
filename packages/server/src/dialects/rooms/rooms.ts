import type { Dialect, Entrance } from '../dialect.ts'
import { routeFailed } from './failures.ts'
import { incoming } from './incoming.ts'
import { outgoing } from './outgoing.ts'
import { routes } from './routes.ts'

/** One of the tutorials has its clients say in most payloads who they are. */
const claims = ['userId', 'senderId', 'sender', 'user', 'createdBy']

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

/** The rooms, messages and direct messages of a Socket.IO chat built on IGNIS, by either of its two tutorials. */
export const rooms: Dialect = {
  name: 'rooms',
  claims,
  entrance,
  incoming,
  outgoing,
  tellsOffersAsEdits: true,
  routes,
  routeFailed,
}
