import { type Authenticate, byAccessToken, byHost } from '../auth/authenticate.ts'
import { createHostJwt } from '../auth/host-jwt.ts'
import { afterMiddleware } from '../auth/host-middleware.ts'
import { ConfigError } from '../config.ts'
import type { GroupCommit } from '../core/commit/group-commit.ts'
import { createHostUsers } from '../features/index.ts'
import type { ParleyOptions } from '../parley-options.ts'
import type { Backend } from './backend.ts'

/** Do users register and sign in at Parley, instead of at a host application? */
export const hasAccounts = ({ authenticate, hostJwt }: ParleyOptions): boolean =>
  authenticate === undefined && hostJwt === undefined

/**
 * The function by which this server authenticates all callers. Throws a ConfigError if the options contradict each
 * other.
 */
export function authenticationOf(
  options: ParleyOptions,
  { store, tokens, timing, log }: Backend,
  groupCommit: GroupCommit,
): Authenticate {
  const { authenticate, middleware = [], hostJwt } = options
  if (authenticate && hostJwt) throw new ConfigError('Give authenticate or hostJwt, and not both.')
  if (middleware.length > 0 && !authenticate) {
    throw new ConfigError('middleware is there for authenticate: give that as well.')
  }
  const host = hostJwt ? createHostJwt(hostJwt, log) : authenticate && afterMiddleware(authenticate, middleware)
  return host ? byHost(createHostUsers(store, groupCommit), host, timing.hostIdentityMs) : byAccessToken(store, tokens)
}
