import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Kernel } from '../../core/kernel.ts'
import { OperationError } from '../../core/operation-error.ts'
import type { AttachmentRow } from '../../features/attachments/attachment-store.ts'
import type { Inspection } from '../inspection/inspection.ts'
import type { Inspector } from '../inspection/inspector.ts'
import { classify, isAllowed } from './file-kind.ts'

/** Turns an upload whose bytes have all arrived into an attachment: joins, inspects and stores them. */
export interface Finishing {
  /**
   * Simultaneous calls for one upload share one run; does nothing if it is ready. Throws `file_type_refused`, after
   * deleting the upload, if its type is not allowed.
   */
  finish(row: AttachmentRow): Promise<void>
}

/**
 * Makes `finish`, which joins the stored parts of an upload, inspects the file, stores it (an image re-encoded, with a
 * thumbnail), and commits kind, type and size, with the state `ready`; `row` itself stays unchanged. It does nothing if
 * `row` says `ready`; simultaneous calls for one upload share a run. An upload whose type is not allowed is deleted,
 * and `finish` rejects with `file_type_refused`. After any other failure, such as missing bytes, it stays, and may be
 * finished again. One that is discarded after its parts were joined stays deleted, without an error.
 */
export function createFinishing(kernel: Kernel, inspector: Inspector): Finishing {
  const running = new Map<string, Promise<void>>()
  return {
    finish: (row) => {
      if (row.state === 'ready') return Promise.resolve()
      const begun = running.get(row.id)
      if (begun) return begun
      const work = finishOne(row, kernel, inspector).finally(() => running.delete(row.id))
      running.set(row.id, work)
      return work
    },
  }
}

async function finishOne(row: AttachmentRow, kernel: Kernel, inspector: Inspector): Promise<void> {
  const file = join(kernel.blobs.workDir, randomUUID())
  try {
    await assemble(row, file, kernel)
    const inspection = await inspector.inspect({ file })
    const { kind, mime } = classify(row.kind, inspection)
    if (!isAllowed(mime, kernel.settings.files.allowedFileTypes)) {
      await kernel.groupCommit.run(({ store }) => store.attachments.drop([row.id]))
      throw new OperationError('file_type_refused', `This server takes no files of the type ${mime}.`)
    }
    const original = inspection.image ? `${file}.original` : file
    const { size } = await stat(original)
    await kernel.blobs.put(row.blob_key, original)
    if (inspection.image) await kernel.blobs.put(row.thumbnail_key, `${file}.thumbnail`)
    const parts = await kernel.store.attachments.parts(row.id)
    await makeReady(row, { kind, mime, size, ...shapeOf(row, kind, inspection) }, kernel)
    // The transaction has recorded them for deletion too, so that the sweep deletes those that fail here.
    for (const { blob_key } of parts) await kernel.blobs.remove(blob_key).catch(() => {})
  } finally {
    for (const ending of ['', '.original', '.thumbnail']) await rm(`${file}${ending}`, { force: true })
  }
}

/** Dimensions of an image are measured, those of a video are the sender's, and other files have none. */
function shapeOf({ width, height }: AttachmentRow, kind: AttachmentRow['kind'], { image }: Inspection) {
  if (image) return image
  return kind === 'video' ? { width, height, thumbhash: null } : { width: null, height: null, thumbhash: null }
}

async function assemble(row: AttachmentRow, file: string, { blobs, store }: Kernel): Promise<void> {
  for (const { blob_key } of await store.attachments.parts(row.id)) {
    await pipeline(await blobs.read(blob_key), createWriteStream(file, { flags: 'a', mode: 0o600 }))
  }
  const { size } = await stat(file)
  if (size !== row.size) throw new Error(`An upload of ${row.size} bytes was put together to ${size}.`)
}

type Ready = Pick<AttachmentRow, 'kind' | 'mime' | 'size' | 'width' | 'height' | 'thumbhash'>

async function makeReady(row: AttachmentRow, made: Ready, { groupCommit }: Kernel): Promise<void> {
  await groupCommit.run(async ({ store }) => {
    await store.attachments.hold([row.id])
    const now = await store.attachments.byId(row.id)
    // The upload was discarded meanwhile: the blobs that were stored since must be deleted too.
    if (!now) return store.attachments.removeBlobs([row.blob_key, row.thumbnail_key])
    // Another node has finished it meanwhile, with the same result.
    if (now.state === 'ready') return
    const isPlayed = made.kind === 'audio' || made.kind === 'voice' || made.kind === 'video'
    const unplayed = isPlayed ? {} : { duration_ms: null, peaks: null }
    await store.attachments.update(row.id, { ...made, ...unplayed, state: 'ready' })
    await store.attachments.dropParts(row.id)
    await store.attachments.addUsage(row.owner_id, made.size - row.size)
  })
}
