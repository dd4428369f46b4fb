import type { Attachment, AttachmentKind } from '@parley/protocol'
import type { ChatError } from '../chat-error.ts'

/** `waiting`: for its turn, or for the connection. `processing`: all bytes are there, and the server looks at them. */
export type UploadStatus = 'waiting' | 'uploading' | 'processing' | 'done' | 'failed'

/** A file on its way to the server, as the state shows it. */
export interface UploadState {
  /** The id of the attachment that it becomes: `body.attachments` names it from the beginning. */
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
  /** Shows the file before the server has it; null for kinds that are not shown, and where there are no object URLs. */
  previewUrl: string | null
  durationMs: number | null
  peaks: readonly number[] | null
  /** What the server made of it, once it is done. */
  attachment: Attachment | null
}

/** What the program of the sender can say of a film, and the server cannot. What is no possible size or length is left out. */
export interface MediaFacts {
  width?: number
  height?: number
  durationMs?: number
}

export interface UploadOptions extends Pick<MediaFacts, 'durationMs'> {
  /** Guessed from the type of the file if left out. `file` shows a picture as a file. */
  kind?: AttachmentKind
  /** The name of the `File` if left out. */
  name?: string
  /** Of a video, where it must be looked at first: the upload waits for it. Where it rejects, they are not known. */
  facts?: Promise<MediaFacts>
  /** 64 heights, 0..100. */
  peaks?: readonly number[]
  onProgress?(sent: number, size: number): void
  /** Cancels the upload. */
  signal?: AbortSignal
}

/** A file on its way. */
export interface Upload {
  readonly id: string
  /** The attachment; rejects with a ChatError if the server refused the file, or the upload was cancelled. */
  readonly settled: Promise<Attachment>
  /** Stops it, and deletes what the server has of it; no message may name it any more. */
  cancel(): Promise<void>
}
