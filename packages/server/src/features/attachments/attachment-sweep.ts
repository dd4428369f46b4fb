import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kernel } from '../../core/kernel.ts'

/** Milliseconds. Any node does the work, and it does no harm that several do the same. */
const every = { sweepMs: 60_000, searchMs: 24 * 60 * 60_000 }
/** What no message took in this time goes, and so does what lies without a row for so long. */
const abandonedMs = 24 * 60 * 60_000
const most = { rows: 100, blobs: 500 }

/**
 * Removes what nothing needs any more: uploads that no message took, blobs of deleted rows, and blobs that never had a row
 * or lost it with a backup. Each begins with what is stored, so a server that is killed goes on where it was.
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
    searchedAt = Date.now()
    await removeLostBlobs(kernel)
    await removeOldWork(kernel.blobs.workDir)
  }

  const soon = () => {
    isWanted = true
    if (isClosed) return
    running ??= (async () => {
      while (isWanted && !isClosed) {
        isWanted = false
        await sweep().catch((err) =>
          log.warn({ err }, 'files that nothing needs could not be removed; this is tried again'),
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
    // Looked at again: a message may have taken one meanwhile.
    await groupCommit.run(async (transaction) => {
      const rows = await transaction.store.attachments.abandoned(before, most.rows)
      await transaction.store.attachments.hold(rows.map(({ id }) => id))
      const still = await transaction.store.attachments.byIds(rows.map(({ id }) => id))
      await transaction.store.attachments.drop(still.flatMap(({ id, message_id }) => (message_id === null ? id : [])))
    })
  }
}

/** Removes the blobs of rows that are gone. */
export async function removeBlobs({ blobs, groupCommit, store }: Kernel): Promise<void> {
  for (;;) {
    const keys = await store.attachments.removals(most.blobs)
    if (keys.length === 0) return
    for (const key of keys) await blobs.remove(key)
    await groupCommit.run((transaction) => transaction.store.attachments.removed(keys))
  }
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

/** What was being written when a server was killed. */
async function removeOldWork(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = join(folder, name)
    const found = await stat(file).catch(() => undefined)
    if (found && Date.now() - found.mtimeMs > abandonedMs) await rm(file, { force: true })
  }
}
