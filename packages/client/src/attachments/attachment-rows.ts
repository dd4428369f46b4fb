import type { Attachment, Message } from '@parley/protocol'
import { putAll, withField } from '../cache/records.ts'
import type { ConversationState } from '../chat-state.ts'

/** Adds attachments to the state. They never change, so those that it already has stay the same objects. */
export function applyAttachments(held: ConversationState, rows: readonly Attachment[]): ConversationState {
  const attachments = putAll(
    held.attachments as Record<string, Attachment>,
    rows.map((row) => [row.id, held.attachments[row.id] ?? row] as const),
  )
  return withField(held, 'attachments', attachments)
}

/** Removes the attachments of deleted messages, and those that an edit removed. `messages` are the changed ones. */
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
