import type { UploadState } from '@parley/client'
import type { Attachment, AttachmentKind } from '@parley/protocol'
import { measuredSize } from './measured-size.ts'

/** An attachment in a message: being uploaded from this page, or on the server. */
export interface ShownAttachment {
  id: string
  kind: AttachmentKind
  name: string
  size: number
  width: number | null
  height: number | null
  durationMs: number | null
  peaks: readonly number[] | null
  thumbhash: string | null
  /** Null when the server has it. */
  upload: UploadState | null
}

/**
 * Joins what is known of one attachment: prefers the server's row, also that of a finished upload (`upload` is null
 * then), to the running or failed upload. Null if there is neither: the attachment does not exist any more.
 */
export function shownAttachment(
  stored: Attachment | undefined,
  upload: UploadState | undefined,
): ShownAttachment | null {
  const known = stored ?? upload?.attachment
  if (known) return { ...known, upload: null }
  if (!upload) return null
  const { id, kind, name, size, durationMs, peaks } = upload
  const measured = measuredSize(id)
  return {
    id,
    kind,
    name,
    size,
    width: measured?.width ?? null,
    height: measured?.height ?? null,
    durationMs,
    peaks,
    thumbhash: null,
    upload,
  }
}
