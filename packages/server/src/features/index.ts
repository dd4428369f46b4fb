import type { Authenticate } from '../auth/authenticate.ts'
import type { PasswordAttempts } from '../auth/password-attempts.ts'
import type { Passwords } from '../auth/passwords.ts'
import type { Tokens } from '../auth/tokens.ts'
import type { Leases } from '../cluster/cluster.ts'
import type { Deliver } from '../core/deliver.ts'
import type { Feature } from '../core/feature.ts'
import type { GroupCommit } from '../core/group-commit.ts'
import { conversations } from './conversations/conversations.ts'
import { memberships } from './memberships/memberships.ts'
import { messageChanges } from './messages/message-changes.ts'
import { messagePages } from './messages/message-pages.ts'
import { messages } from './messages/messages.ts'
import { presence } from './presence/presence.ts'
import type { PresenceRegistry } from './presence/presence-registry.ts'
import { receipts } from './receipts/receipts.ts'
import { accounts, sessions } from './sessions/sessions.ts'
import { sync } from './sync/sync.ts'
import { typing } from './typing/typing.ts'
import { profiles, users } from './users/users.ts'

interface Parts {
  deliver: Deliver
  /** To the sockets of this node alone. */
  deliverHere: Deliver
  groupCommit: GroupCommit
  passwords: Passwords
  attempts: PasswordAttempts
  tokens: Tokens
  authenticate: Authenticate
  sessionLifetimeMs: number
  registrationOpen: boolean
  /** False where the host application has the users: then nobody registers or signs in here. */
  hasAccounts: boolean
  leases: Leases
  typingMs: number
  graceMs: number
}

/** The list of features: the one place that knows them all. */
export function createFeatures(parts: Parts): { handlers: Feature; presence: PresenceRegistry } {
  const { registry, ...presenceHandlers } = presence(parts)
  const handlers = {
    ...(parts.hasAccounts ? { ...accounts(parts), ...profiles(parts) } : {}),
    ...sessions(parts),
    ...users,
    ...conversations,
    ...memberships,
    ...messages,
    ...messageChanges,
    ...messagePages,
    ...receipts,
    ...typing({ deliver: parts.deliver, expiryMs: parts.typingMs }),
    ...presenceHandlers,
    ...sync,
  }
  return { handlers, presence: registry }
}
