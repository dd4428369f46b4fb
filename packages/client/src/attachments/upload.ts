import type { Attachment, AttachmentKind } from '@parley/protocol'
import type { ChatError } from '../chat-error.ts'

/** `waiting`: for its turn or the connection. `processing`: the server has all bytes, and inspects them. */
export type UploadStatus = 'waiting' | 'uploading' | 'processing' | 'done' | 'failed'

/** An upload in the state of the chat. */
export interface UploadState {
  /** The id of the later attachment: `body.attachments` can contain it from the beginning. */
  id: string
  kind: AttachmentKind
  name: string
  /** In bytes. */
  size: number
  /** How many bytes the server has. */
  sent: number
  status: UploadStatus
  /** Why it failed. */
  error: ChatError | null
  /** A local address of the file; null for the kind `file`, and in environments without object URLs. */
  previewUrl: string | null
  durationMs: number | null
  peaks: readonly number[] | null
  /** The attachment, when the upload is done. */
  attachment: Attachment | null
}

/** Facts of a video that the sender's program knows and the server does not. Impossible values are ignored. */
export interface MediaFacts {
  width?: number
  height?: number
  durationMs?: number
}

/** What an app knows of a file, and how it follows the upload. `durationMs` is that of a sound, in milliseconds. */
export interface UploadOptions extends Pick<MediaFacts, 'durationMs'> {
  /** Default: guessed from the type of the file. `file` shows a picture as a file. */
  kind?: AttachmentKind
  /** Default: the name of the `File`, otherwise `file`. Cleaned, and cut to 120 characters. */
  name?: string
  /** Facts of a video that must be read first: the upload waits for them, and begins without them if it rejects. */
  facts?: Promise<MediaFacts>
  /** 64 heights, 0..100. */
  peaks?: readonly number[]
  onProgress?(sent: number, size: number): void
  /** Cancels the upload when it is aborted, also if it already was. */
  signal?: AbortSignal
}

/** The handle of an upload. */
export interface Upload {
  readonly id: string
  /** The attachment; rejects with a ChatError if the file is refused or cannot be read, or on `cancel` and `close`. */
  readonly settled: Promise<Attachment>
  /** Stops the upload and deletes what the server has of it, unless a message has it already. Never rejects. */
  cancel(): Promise<void>
}
