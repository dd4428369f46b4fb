import type { Body } from '@parley/protocol'
import { hasParts } from '@parley/protocol/text-rules'
import type { Beside } from '../../core/body/body-part.ts'
import type { ConversationErasure, Erasure } from '../../core/erasure.ts'
import { type MessageRow, toMessage } from './message-store.ts'
import { announce } from './messages.ts'

/** In one slice: the range of seqs that is searched, and the messages that are erased. */
const most = { places: 5_000, messages: 100 }

/**
 * Deletes the messages of an erased user, with `message.deleted` for each that was not deleted yet. Of all of them,
 * also those that were deleted before, it removes the hash of the first body.
 */
export const messageErasure: Erasure = {
  inConversation: async (context, from) => {
    const { store, reach, caller } = context
    const { id, last_seq } = reach.conversation
    const window = { conversationId: id, senderId: caller.user.id, after: from, upTo: from + most.places }
    const rows = await store.messageHistory.keptOf(window, most.messages)
    await erase(context, rows)
    const reached = rows.length < most.messages ? window.upTo : (rows.at(-1)?.seq ?? window.upTo)
    return reached < last_seq ? reached : undefined
  },
}

async function erase(context: ConversationErasure, rows: readonly MessageRow[]): Promise<void> {
  const { store, reach, now, bodyParts, forget, caller } = context
  const { id, last_seq } = reach.conversation
  let { rev } = reach.conversation
  const erased: { row: MessageRow; beside: Beside }[] = []
  for (const row of rows) {
    const isDeleted = row.body === null
    if (!isDeleted) rev++
    const message = isDeleted ? row : { ...row, rev }
    const body = row.body === null ? undefined : (JSON.parse(row.body) as Body)
    const beside = body && hasParts(body) ? await bodyParts.drop(body, { ...context, message }) : {}
    erased.push({ row: { ...message, body: null, deleted_at: row.deleted_at ?? now }, beside })
  }
  await store.messageHistory.eraseAll(erased.map(({ row }) => row))
  await forget(
    store,
    erased.map(({ row }) => row.id),
  )
  if (rev === reach.conversation.rev) return
  await store.heads.advanceAll([{ id, last_seq, rev }])
  for (const { row, beside } of erased) {
    if (row.rev > reach.conversation.rev) announce(context, 'message.deleted', toMessage(row), caller.user, beside)
  }
}
