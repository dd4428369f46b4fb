import { authorFields } from '../claims.ts'
import type { Dialect } from '../dialect.ts'
import { conversationRoutes } from './conversation-routes.ts'
import { routeFailed } from './failures.ts'
import { incoming } from './incoming.ts'
import { messageRoutes } from './message-routes.ts'
import { outgoing, statuses } from './outgoing.ts'

/**
 * The vocabulary of clients of a guide for PostgreSQL, Express, React and Node, which encrypt the contents of direct
 * and group conversations.
 */
export const pern: Dialect = {
  name: 'pern',
  claims: authorFields,
  incoming,
  outgoing,
  statuses,
  spares: 'sender',
  tellsOffersAsEdits: true,
  routes: [...conversationRoutes, ...messageRoutes],
  routeFailed,
}
