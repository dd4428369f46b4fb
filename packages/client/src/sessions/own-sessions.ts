import type { OwnSessions } from '../chat.ts'
import { type ClientContext, read } from '../client-context.ts'

/** The open sessions of the signed-in user, on all their devices. */
export function createOwnSessions(context: ClientContext): OwnSessions {
  const { call } = context
  return {
    list: async (options) => (await read(context, 'session.list', {}, options)).sessions,
    async revoke(sessionId, options) {
      await call('session.revoke', { sessionId }, options)
    },
    async changePassword(input, options) {
      await call('user.changePassword', input, options)
    },
  }
}
