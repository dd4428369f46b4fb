import type { Dialect } from '../dialect.ts'
import { routeFailed } from './failures.ts'
import { incoming } from './incoming.ts'
import { outgoing } from './outgoing.ts'
import { routes } from './routes.ts'

/** The rooms, messages and direct messages of a Socket.IO chat built on IGNIS, by either of its two tutorials. */
export const rooms: Dialect = { name: 'rooms', incoming, outgoing, routes, routeFailed }
