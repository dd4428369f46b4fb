import type { Attachment } from '@parley/protocol'
import { putAll } from '../cache/records.ts'
import type { ConversationState } from '../chat-state.ts'

/** Takes in attachments. They never change, so what is held stays the same object. */
export function applyAttachments(held: ConversationState, rows: readonly Attachment[]): ConversationState {
  const attachments = putAll(
    held.attachments as Record<string, Attachment>,
    rows.map((row) => [row.id, held.attachments[row.id] ?? row] as const),
  )
  return attachments === held.attachments ? held : { ...held, attachments }
}
