import type { Body } from '@parley/protocol'
import type { Logger } from 'pino'
import type { Authenticate } from '../auth/authenticate.ts'
import type { PasswordAttempts } from '../auth/password-attempts.ts'
import type { Passwords } from '../auth/passwords.ts'
import type { Tokens } from '../auth/tokens.ts'
import type { BlobStore } from '../storage/blobs/blob-store.ts'
import type { Store } from '../storage/store.ts'
import type { ComposedBodyParts } from './body/composed-body-parts.ts'
import type { GroupCommit } from './commit/group-commit.ts'
import type { Connections } from './connections.ts'
import type { Deliver } from './deliver.ts'
import type { Leases } from './leases.ts'

/**
 * Takes what messages said from all that is kept beside their rows, in the transaction that deletes them, or that gives them
 * another body.
 */
export type ForgetMessages = (store: Store, messageIds: readonly string[], body?: Body) => Promise<void>

/** What a server lends to its features when it makes their handlers. */
export interface Kernel {
  deliver: Deliver
  /** To the sockets of this node alone. */
  deliverHere: Deliver
  groupCommit: GroupCommit
  /** Reads what is committed. */
  store: Store
  blobs: BlobStore
  passwords: Passwords
  attempts: PasswordAttempts
  tokens: Tokens
  authenticate: Authenticate
  /** Who is on which node. */
  leases: Leases
  /** The sockets of this node. */
  connections: Connections
  /** Runs this when the server closes, after the sockets have left and before the database does. */
  whenClosing(work: () => void | Promise<void>): void
  /** See `Database`. */
  dropLog(): Promise<boolean>
  forget: ForgetMessages
  /** Goes on with the erasures that have begun, those of the transaction that is open included. It is not waited for. */
  resumeErasures(): void
  log: Logger
  settings: FeatureSettings
  /** What features do with their parts of a body. */
  bodyParts: ComposedBodyParts
}

export interface FeatureSettings {
  /** May anybody make an account? The first person may in any case. */
  registrationOpen: boolean
  /** Are people whom a member names invited to a room, unless they are contacts? */
  contactsOnly: boolean
  /** Milliseconds that a session lives without being used. */
  sessionLifetimeMs: number
  /** Milliseconds after which somebody who is typing has stopped. */
  typingMs: number
  /** Milliseconds without a socket after which somebody is offline. */
  presenceGraceMs: number
  files: FileSettings
}

export interface FileSettings {
  /** In bytes. */
  maxFileSize: number
  /** Such as `image/*`. */
  allowedFileTypes: readonly string[]
  /** Bytes of all attachments of one user. */
  quotaBytes: number
  /** Milliseconds after which an upload that sends nothing is ended. */
  uploadIdleMs: number
  /** Milliseconds that may go into looking at one file. */
  inspectionMs: number
}
