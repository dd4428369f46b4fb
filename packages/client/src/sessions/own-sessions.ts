import type { Input, Output, Session } from '@parley/protocol'
import type { CallOptions } from '../chat.ts'
import { type ClientContext, read } from '../client-context.ts'
import type { ClientFeature } from '../client-feature.ts'

/** The user's sessions on all devices, and the password. Promises reject with a ChatError or an abort’s reason. */
export interface OwnSessions {
  /** All open sessions of the user, the most recently used first. */
  list(options?: CallOptions): Promise<Session[]>
  /** Ends a session of the user, also the present one, and closes its connections. */
  revoke(sessionId: string, options?: CallOptions): Promise<void>
  /** Changes the password, and ends all other sessions of the user. */
  changePassword(input: Input<'user.changePassword'>, options?: CallOptions): Promise<void>
}

export const sessions: ClientFeature<OwnSessions> = { create: createOwnSessions }

/** The sessions of the signed-in user on all their devices. */
function createOwnSessions(context: ClientContext): OwnSessions {
  const { call } = context
  return {
    async list(options) {
      const found: Session[] = []
      let page: Output<'session.list'>
      let after: { after?: string } = {}
      do {
        page = await read(context, 'session.list', after, options)
        found.push(...page.sessions)
        after = page.next === undefined ? {} : { after: page.next }
      } while (page.next !== undefined)
      return found
    },
    async revoke(sessionId, options) {
      await call('session.revoke', { sessionId }, options)
    },
    async changePassword(input, options) {
      await call('user.changePassword', input, options)
    },
  }
}
