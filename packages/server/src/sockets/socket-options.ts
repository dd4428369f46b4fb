import type { User } from '@parley/protocol'
import type { Logger } from 'pino'
import type { Authenticate } from '../auth/authenticate.ts'
import type { Audiences } from '../core/audience/audience.ts'
import type { Namespace } from '../core/audience/broadcast.ts'
import type { Connections } from '../core/connections.ts'
import type { ReadMissed, ReadOfferEdits, ReportDelivered } from '../core/foreign-position.ts'
import type { RunOperation } from '../core/run-operation.ts'
import type { Dialect, PlanCaller } from '../dialects/dialect.ts'
import type { WarnOfMissing } from '../engine/missing-members.ts'
import type { HandshakeLog } from '../observability/handshake-log.ts'
import type { Store } from '../storage/store.ts'
import type { AnonymousConnections } from './admission/anonymous-connections.ts'
import type { ForeignReceipts } from './foreign/foreign-receipts.ts'
import type { PresenceSender } from './presence-lane.ts'

/** What the sockets of a namespace need of the server. */
export interface SocketOptions {
  authenticate: Authenticate
  /** How often an open socket is authenticated again, in milliseconds; left out if never. */
  reauthenticateMs?: number | undefined
  runOperation: RunOperation
  connections: Connections
  audiences: Audiences
  store: Store
  handshakes: HandshakeLog
  warnOfMissing: WarnOfMissing
  log: Logger
}

export interface ForeignSocketOptions extends SocketOptions {
  dialects: readonly Dialect[]
  anonymous: AnonymousConnections
  reportDelivered: ReportDelivered
  readMissed: ReadMissed
  readOfferEdits: ReadOfferEdits
  /** The context of a user for the plans and words of a dialect. */
  planCallerOf(user: User): PlanCaller
  /** See `Lent`. */
  fileLinks: boolean
  /** How often the server sends the heartbeat of a vocabulary. */
  pingMs: number
  /** Milliseconds from a message to the ping that asks whether it was received, and between two such pings. */
  receivedMs: number
}

export interface ForeignNamespaceOptions extends ForeignSocketOptions {
  receipts: ForeignReceipts
}

/** How deliveries reach the sockets of one namespace. */
export interface NamespaceSenders extends Namespace {
  presence: PresenceSender
}
