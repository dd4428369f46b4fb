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
 * Removes what messages said from rows that hold a copy of it (stored answers, webhook jobs), in the transaction that
 * deletes the messages. With `body`, the content after an edit, it replaces the copies instead.
 */
export type ForgetMessages = (store: Store, messageIds: readonly string[], body?: Body) => Promise<void>

/** What a server gives its features when it creates their handlers. */
export interface Kernel {
  /** Delivers to the sockets of all nodes. */
  deliver: Deliver
  /** Delivers to the sockets of this node alone. */
  deliverHere: Deliver
  groupCommit: GroupCommit
  /** Reads what is committed. */
  store: Store
  blobs: BlobStore
  passwords: Passwords
  attempts: PasswordAttempts
  tokens: Tokens
  authenticate: Authenticate
  /** Which users are connected to which node. */
  leases: Leases
  /** The sockets of this node. */
  connections: Connections
  /** Calls `work` when the server closes: after the sockets are closed, and before the database is. */
  whenClosing(work: () => void | Promise<void>): void
  /** See `Database`. */
  dropLog(): Promise<boolean>
  forget: ForgetMessages
  /** Continues all erasures that have begun, also one that the open transaction begins. Returns at once. */
  resumeErasures(): void
  log: Logger
  settings: FeatureSettings
  /** What features do with their parts of a body. */
  bodyParts: ComposedBodyParts
}

export interface FeatureSettings {
  /** Can people register themselves? The first one can in any case. */
  registrationOpen: boolean
  /** Are users who are no contacts of the member who adds them to a room only invited? */
  invitesStrangers: boolean
  /** Does a user show nothing to a stranger who opens a direct conversation with them before they answer? */
  awaitsAnswers: boolean
  /** Milliseconds that a session lives without being used. */
  sessionLifetimeMs: number
  /** Milliseconds after the last report of typing after which the user counts as having stopped. */
  typingMs: number
  /** Milliseconds without a socket after which a user is offline. */
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
  /** Milliseconds that the inspection of one file may take. */
  inspectionMs: number
}
