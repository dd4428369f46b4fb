import type { Kernel } from '../../core/kernel.ts'
import { sliceOrder } from '../../core/limits/slice-order.ts'
import { notifyInvited } from './membership-changes.ts'

/** Every node looks for unfinished work after this many milliseconds; that several nodes do it does no harm. */
const everyMs = 60_000

/**
 * Sends new settings of rooms to the invited users whom the transaction of the change did not notify, in slices between
 * other commits; call it once for each server. It looks for them at once, after each `conversation.updated` that this
 * node delivers, and every minute. The progress is stored in the row of the room, so that it continues after a restart.
 * An error is logged, and the next run tries again. When the server closes, it stops after the slice that is running.
 */
export function startInvitedNews({ groupCommit, store, deliverHere, log, whenClosing }: Kernel): void {
  let isClosed = false
  let isWanted = false
  let running: Promise<void> | undefined

  /** Resolves with false if no invited user is left. */
  const notifyNext = (conversationId: string) =>
    groupCommit.run(async (transaction) => {
      await transaction.store.heads.hold([{ conversationId }])
      const row = await transaction.store.conversations.byId(conversationId)
      if (!row || row.invited_told === null) return false
      await notifyInvited(transaction, row, row.invited_told)
      return true
    })

  const notifyInvitedOf = async (id: string) => {
    while (!isClosed && (await notifyNext(id))) await sliceOrder.next()
  }

  const notifyAll = async () => {
    for (const id of await store.conversations.withInvitedUntold()) {
      await notifyInvitedOf(id).catch((err) =>
        log.warn({ err, id }, 'not all invited users of a room were notified; this is tried again'),
      )
    }
  }

  const soon = () => {
    isWanted = true
    if (isClosed) return
    running ??= (async () => {
      while (isWanted && !isClosed) {
        isWanted = false
        await notifyAll().catch((err) => log.warn({ err }, 'not all invited users were notified; this is tried again'))
      }
      running = undefined
    })()
  }

  const timer = setInterval(soon, everyMs).unref()
  const stopListening = deliverHere.listen(soon, ['conversation.updated'])
  soon()
  whenClosing(async () => {
    isClosed = true
    clearInterval(timer)
    stopListening()
    await running
  })
}
