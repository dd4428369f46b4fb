import type { AttachmentKind } from '@parley/protocol'

export interface AttachmentsTable {
  id: string
  owner_id: string
  kind: AttachmentKind
  name: string
  mime: string
  /** What was said, until it is ready; then the bytes of the original as it is kept. */
  size: number
  /** The bytes that have come; of what is ready, how many there were. */
  received: number
  width: number | null
  height: number | null
  duration_ms: number | null
  /** JSON of 64 numbers. */
  peaks: string | null
  thumbhash: string | null
  state: 'uploading' | 'ready'
  /** Null until a message takes it, which happens once. */
  message_id: string | null
  conversation_id: string | null
  /** Given when the row is made, so that a blob never is without its row. */
  blob_key: string
  thumbnail_key: string
  created_at: number
}

/** What has come of an upload, in pieces of some MiB: each is a blob until they are put together. */
export interface AttachmentPartsTable {
  attachment_id: string
  /** Where it begins. */
  at: number
  blob_key: string
}

/** The bytes of all attachments of a user, kept in the transaction of each change. */
export interface AttachmentUsageTable {
  user_id: string
  bytes: number
}

/** Blobs that no row needs any more. They are removed after the commit, however often a server is killed meanwhile. */
export interface BlobRemovalsTable {
  blob_key: string
}

declare module '../../storage/tables.ts' {
  interface Tables {
    attachments: AttachmentsTable
    attachment_parts: AttachmentPartsTable
    attachment_usage: AttachmentUsageTable
    blob_removals: BlobRemovalsTable
  }
}
