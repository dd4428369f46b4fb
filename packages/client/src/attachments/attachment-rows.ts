import type { Attachment, Message } from '@parley/protocol'
import { putRows, withFields } from '../cache/records.ts'
import type { ConversationState } from '../chat-state.ts'

/**
 * Adds attachments to a conversation. They never change, so a row whose id is held is ignored. The same object if all
 * are held.
 */
export function applyAttachments(held: ConversationState, rows: readonly Attachment[]): ConversationState {
  const attachments = putRows(
    held.attachments as Record<string, Attachment>,
    rows.filter(({ id }) => !held.attachments[id]),
    'id',
  )
  return withFields(held, { attachments })
}

/**
 * If one of the changed `messages` was edited or deleted, removes every attachment that no loaded message contains;
 * otherwise does nothing. `held` must contain the changed messages already. The same object if nothing is removed.
 */
export function dropAttachments(held: ConversationState, messages: readonly Message[]): ConversationState {
  const isChanged = messages.some(({ editedAt, deletedAt }) => editedAt !== null || deletedAt !== null)
  if (!isChanged || Object.keys(held.attachments).length === 0) return held
  const shown = new Set(held.messages.flatMap(({ body }) => attachmentIdsOf(body)))
  const kept = Object.entries(held.attachments).filter(([id]) => shown.has(id))
  if (kept.length === Object.keys(held.attachments).length) return held
  return { ...held, attachments: Object.fromEntries(kept) }
}

/** The ids of the attachments of a body, in its order; none for a sealed body and for a deleted message. */
export const attachmentIdsOf = (body: Message['body']): readonly string[] =>
  body?.kind === 'plain' ? (body.attachments ?? []) : []
