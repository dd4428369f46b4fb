import type { Kernel } from '../../core/kernel.ts'
import { sliceOrder } from '../../core/limits/slice-order.ts'
import { tellInvited } from './membership-changes.ts'

/** Milliseconds. What a server that was killed left is looked for by every node; it does no harm that several find it. */
const everyMs = 60_000

/**
 * Tells those who are invited to a room with very many invitations what it is called now: so many in a transaction, between
 * which everybody else's commands run. How far that is stands beside the room, so a server that is killed goes on there.
 */
export function startInvitedNews({ groupCommit, store, deliverHere, log, whenClosing }: Kernel): void {
  let isClosed = false
  let isWanted = false
  let running: Promise<void> | undefined

  /** False where nobody is left. */
  const tellNext = (conversationId: string) =>
    groupCommit.run(async (transaction) => {
      await transaction.store.heads.hold([{ conversationId }])
      const row = await transaction.store.conversations.byId(conversationId)
      if (!row || row.invited_told === null) return false
      await tellInvited(transaction, row, row.invited_told)
      return true
    })

  const tellAll = async () => {
    for (const id of await store.conversations.withInvitedUntold()) {
      while (!isClosed && (await tellNext(id))) await sliceOrder.next()
    }
  }

  const soon = () => {
    isWanted = true
    if (isClosed) return
    running ??= (async () => {
      while (isWanted && !isClosed) {
        isWanted = false
        await tellAll().catch((err) => log.warn({ err }, 'not all who are invited were told; this is tried again'))
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
