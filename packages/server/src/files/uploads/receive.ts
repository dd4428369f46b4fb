import type { Readable } from 'node:stream'
import type { Kernel } from '../../core/kernel.ts'
import { OperationError } from '../../core/operation-error.ts'
import type { AttachmentRow } from '../../features/attachments/attachment-store.ts'
import { newBlobKey } from '../../storage/blobs/blob-key.ts'
import { createIncomingFile, type IncomingFile } from './incoming-file.ts'

/** Bytes are stored in parts of this size: a server that is killed loses at most one part of each upload. */
const partBytes = 8 * 1024 * 1024
const mostParts = 2_000

/**
 * Thrown if the connection broke before all bytes arrived; what arrived is stored, and no client waits for an answer.
 */
export class BrokenOff extends Error {}

type Receiving = Pick<Kernel, 'blobs' | 'groupCommit' | 'store'>

/**
 * Stores the bytes of an upload in parts, from its present offset (`row.received`), and resolves with the offset after
 * them. If the connection breaks, stores what has arrived and rejects with BrokenOff. Rejects with `file_too_large` for
 * more bytes than the upload has, `limit_reached` if it has 2,000 parts, `offset_conflict` if another request stores
 * bytes too, and failures of storage as they are; parts stored before stay. `row` stays unchanged, and an upload that
 * is complete is not finished here.
 */
export async function receive(row: AttachmentRow, source: Readable, kernel: Receiving): Promise<number> {
  if ((await kernel.store.attachments.partCount(row.id)) >= mostParts) {
    throw new OperationError('limit_reached', 'The upload was interrupted too often: start a new one.')
  }
  let at = row.received
  let part = await createIncomingFile(kernel.blobs.workDir)
  try {
    for await (const bytes of unbroken(source)) {
      if (bytes === brokenOff) {
        await keepPart(row, at, part, kernel)
        throw new BrokenOff()
      }
      if (at + part.size + bytes.length > row.size)
        throw new OperationError('file_too_large', 'More bytes arrived than were announced.')
      await part.write(bytes)
      if (part.size < partBytes) continue
      at = await keepPart(row, at, part, kernel)
      part = await createIncomingFile(kernel.blobs.workDir)
    }
    return await keepPart(row, at, part, kernel)
  } finally {
    await part.discard()
  }
}

const brokenOff = Symbol('broken off')

/** The bytes of a stream; if it breaks, `brokenOff` at the end instead of an error. */
async function* unbroken(source: Readable): AsyncGenerator<Uint8Array | typeof brokenOff> {
  try {
    // Leaving the loop must not destroy the connection, because a refusal is sent over it.
    yield* source.iterator({ destroyOnReturn: false })
  } catch {
    yield brokenOff
  }
}

/**
 * Closes a file, stores it as the part of an upload at this offset, and resolves with the offset after it; an empty one
 * is not stored. Rejects with `offset_conflict`, and adds nothing to the upload, if that has another offset by now, is
 * finished or was deleted. The caller must still call `part.discard()`.
 */
export async function keepPart(
  row: Pick<AttachmentRow, 'id'>,
  at: number,
  part: IncomingFile,
  kernel: Receiving,
): Promise<number> {
  await part.close()
  if (part.size === 0) return at
  const key = newBlobKey()
  await kernel.blobs.put(key, part.path)
  const isNext = await kernel.groupCommit.run(async ({ store, now }) => {
    const isAdded = await store.attachments.addPart(row.id, at, { size: part.size, key, now })
    if (!isAdded) await store.attachments.removeBlobs([key])
    return isAdded
  })
  if (!isNext) throw new OperationError('offset_conflict')
  return at + part.size
}
