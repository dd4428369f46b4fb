import type { Dialect } from '../dialect.ts'
import { routeFailed } from './failures.ts'
import { incoming } from './incoming.ts'
import { outgoing } from './outgoing.ts'
import { routes } from './routes.ts'

/** One of the tutorials has its clients say in most payloads who they are. */
const claims = ['userId', 'senderId', 'sender', 'user', 'createdBy']

/** The rooms, messages and direct messages of a Socket.IO chat built on IGNIS, by either of its two tutorials. */
export const rooms: Dialect = { name: 'rooms', claims, incoming, outgoing, routes, routeFailed }
