import type { Readable } from 'node:stream'
import type { Kernel } from '../../core/kernel.ts'
import { OperationError } from '../../core/operation-error.ts'
import type { AttachmentRow } from '../../features/attachments/attachment-store.ts'
import { newBlobKey } from '../../storage/blobs/blob-key.ts'
import { createIncomingFile, type IncomingFile } from './incoming-file.ts'

/** What has come is kept in pieces of this size: a server that is killed loses no more of it. */
const partBytes = 8 * 1024 * 1024
const mostParts = 2_000

/** The connection broke before all had come; nobody waits for an answer. */
export class BrokenOff extends Error {}

type Receiving = Pick<Kernel, 'blobs' | 'groupCommit' | 'store'>

/**
 * Takes the bytes of an upload from where it stands, and gives the offset after them. They are counted as they come, and
 * never held in memory; also of a connection that breaks, what came is kept.
 */
export async function receive(row: AttachmentRow, source: Readable, kernel: Receiving): Promise<number> {
  if ((await kernel.store.attachments.partCount(row.id)) >= mostParts) {
    throw new OperationError('limit_reached', 'The upload was broken off too often: begin it anew.')
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
        throw new OperationError('file_too_large', 'More bytes than were said.')
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

/** The bytes of a stream, and last of all whether it broke. */
async function* unbroken(source: Readable): AsyncGenerator<Uint8Array | typeof brokenOff> {
  try {
    // To end this loop must not end the connection, over which a refusal leaves.
    yield* source.iterator({ destroyOnReturn: false })
  } catch {
    yield brokenOff
  }
}

/** Keeps a part at its offset, and gives the offset after it. */
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
  const isNext = await kernel.groupCommit.run(async ({ store }) => {
    const isAdded = await store.attachments.addPart(row.id, at, part.size, key)
    if (!isAdded) await store.attachments.removeBlobs([key])
    return isAdded
  })
  if (!isNext) throw new OperationError('offset_conflict')
  return at + part.size
}
