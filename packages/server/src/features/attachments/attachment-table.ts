import type { AttachmentKind } from '@parley/protocol'

export interface AttachmentsTable {
  id: string
  owner_id: string
  kind: AttachmentKind
  name: string
  mime: string
  /** While uploading, the announced bytes; then the bytes of the stored original, which may be re-encoded. */
  size: number
  /** The bytes that have arrived. */
  received: number
  width: number | null
  height: number | null
  duration_ms: number | null
  /** A JSON array of 64 numbers. */
  peaks: string | null
  thumbhash: string | null
  state: 'uploading' | 'ready'
  /** Null until it is in a message; then it never changes. */
  message_id: string | null
  conversation_id: string | null
  /** Chosen when the row is inserted, so that no blob is written without a row. */
  blob_key: string
  thumbnail_key: string
  /** When it was created or, after that, when its last bytes were stored. */
  created_at: number
}

/** The parts of an upload that have arrived, each of some MiB in a blob of its own until they are joined. */
export interface AttachmentPartsTable {
  attachment_id: string
  /** The offset at which the part begins. */
  at: number
  blob_key: string
}

/** The total bytes of all attachments of a user, updated in the transaction of each change. */
export interface AttachmentUsageTable {
  user_id: string
  bytes: number
}

/** Blobs to be deleted after the commit, even if the server is killed meanwhile. */
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
