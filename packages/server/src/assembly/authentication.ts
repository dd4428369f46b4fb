import { type Authenticate, byAccessToken, byHost } from '../auth/authenticate.ts'
import { createHostJwt } from '../auth/host-jwt.ts'
import { afterMiddleware } from '../auth/host-middleware.ts'
import { ConfigError } from '../config.ts'
import type { GroupCommit } from '../core/commit/group-commit.ts'
import { createHostUsers } from '../features/index.ts'
import type { ParleyOptions } from '../parley-options.ts'
import type { Backend } from './backend.ts'

/**
 * Whether users register and sign in at Parley: true if the options have neither `authenticate` nor `hostJwt`. A closed
 * `registration` makes no difference.
 */
export const hasAccounts = ({ authenticate, hostJwt }: ParleyOptions): boolean =>
  authenticate === undefined && hostJwt === undefined

/**
 * Makes the function that authenticates callers: by the host's JSON Web Tokens (`hostJwt`), by `authenticate` after its
 * `middleware`, or without both by Parley's own access tokens. It accepts no API keys: `withKeys` adds these. Throws a
 * ConfigError for `authenticate` together with `hostJwt`, for `middleware` without `authenticate`, and for an invalid
 * `hostJwt`.
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
