import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kernel } from '../../core/kernel.ts'
import type { AttachmentRow } from './attachment-store.ts'

/** How often each node sweeps, and how often it searches for lost blobs; that several nodes do it does no harm. */
const every = { sweepMs: 60_000, searchMs: 24 * 60 * 60_000 }
/** Uploads that are in no message and get no bytes, and blobs without a row, are deleted after this time. */
const abandonedMs = 24 * 60 * 60_000
const most = { rows: 100, blobs: 500 }

/**
 * Deletes in the background what is not needed any more: uploads that are in no message 24 hours after their last bytes
 * were stored, and blobs of deleted rows; at the start and once a day also blobs without a row and temporary files that
 * are older than 24 hours. It sweeps at once, every minute and after each `message.deleted` or `message.updated` that
 * this node delivers. Errors are logged; the rest waits for another sweep. A server that closes waits for a running
 * sweep.
 */
export function startAttachmentSweep(kernel: Kernel): void {
  const { log, deliverHere } = kernel
  let searchedAt = 0
  let isClosed = false
  let running: Promise<void> | undefined
  let isWanted = false

  const sweep = async () => {
    await dropAbandoned(kernel)
    await removeBlobs(kernel)
    if (Date.now() - searchedAt < every.searchMs) return
    await removeLostBlobs(kernel)
    await removeOldWork(kernel.blobs.workDir)
    searchedAt = Date.now()
  }

  const soon = () => {
    isWanted = true
    if (isClosed) return
    running ??= (async () => {
      while (isWanted && !isClosed) {
        isWanted = false
        await sweep().catch((err) =>
          log.warn({ err }, 'files that are not needed could not be deleted; this is tried again'),
        )
      }
      running = undefined
    })()
  }

  const timer = setInterval(soon, every.sweepMs).unref()
  const stopListening = deliverHere.listen(soon, ['message.deleted', 'message.updated'])
  soon()
  kernel.whenClosing(async () => {
    isClosed = true
    clearInterval(timer)
    stopListening()
    await running
  })
}

async function dropAbandoned({ groupCommit, store }: Kernel): Promise<void> {
  for (;;) {
    const before = Date.now() - abandonedMs
    const found = await store.attachments.abandoned(before, most.rows)
    if (found.length === 0) return
    // Read again in the transaction: meanwhile one may have come into a message, or got bytes.
    await groupCommit.run(async (transaction) => {
      const rows = await transaction.store.attachments.abandoned(before, most.rows)
      await transaction.store.attachments.hold(rows.map(({ id }) => id))
      const still = await transaction.store.attachments.byIds(rows.map(({ id }) => id))
      const isAbandoned = (row: AttachmentRow) => row.message_id === null && row.created_at < before
      await transaction.store.attachments.drop(still.filter(isAbandoned).map(({ id }) => id))
    })
  }
}

/**
 * Deletes the blobs that are listed for it from the file store, and then from the list. One that cannot be deleted
 * stays listed and keeps no other from being deleted; then this rejects with the last of such errors at the end. An
 * error of the database rejects at once. It does not check whether a row still refers to a blob.
 */
export async function removeBlobs({ blobs, groupCommit, store }: Kernel): Promise<void> {
  let failure: { error: unknown } | undefined
  for (let after: string | undefined = ''; after !== undefined; ) {
    const keys = await store.attachments.removals(after, most.blobs)
    const removed: string[] = []
    for (const key of keys) {
      await blobs.remove(key).then(
        () => void removed.push(key),
        (error: unknown) => {
          failure = { error }
        },
      )
    }
    if (removed.length > 0) await groupCommit.run((transaction) => transaction.store.attachments.removed(removed))
    after = keys.at(-1)
  }
  if (failure) throw failure.error
}

async function removeLostBlobs({ blobs, store }: Kernel): Promise<void> {
  for (let after = ''; ; ) {
    const page = await blobs.list(after, most.blobs)
    const old = page.filter(({ modifiedAt }) => Date.now() - modifiedAt > abandonedMs).map(({ key }) => key)
    const needed = await store.attachments.needed(old)
    for (const key of old) if (!needed.has(key)) await blobs.remove(key)
    const last = page.at(-1)
    if (!last || page.length < most.blobs) return
    after = last.key
  }
}

/** Deletes old temporary files, which a killed server has left. */
async function removeOldWork(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = join(folder, name)
    const found = await stat(file).catch(() => undefined)
    if (found && Date.now() - found.mtimeMs > abandonedMs) await rm(file, { force: true })
  }
}
