import type { UploadState } from '@parley/client'
import type { Attachment, AttachmentKind } from '@parley/protocol'
import { measuredSize } from './measured-size.ts'

/** An attachment as a message shows it: on its way, or as the server has it. */
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
  /** Null once the server has it. */
  upload: UploadState | null
}

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
