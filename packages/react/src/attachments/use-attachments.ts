import { useMemo } from 'react'
import { useConversationSelection } from '../hooks/use-chat.ts'
import { type ShownAttachment, shownAttachment } from './shown-attachment.ts'
import { useUploads } from './use-uploads.ts'

/**
 * The attachments of a message, in the order of `ids`, also those that are being uploaded from here. Null for one that
 * is neither among the loaded attachments of the conversation nor among the uploads: that of a loaded message does not
 * exist any more. It loads nothing. Pass the same `ids` array each time.
 *
 * @example const [photo] = useAttachments(message.conversationId, message.body.attachments)
 */
export function useAttachments(conversationId: string, ids: readonly string[]): readonly (ShownAttachment | null)[] {
  const stored = useConversationSelection(conversationId, (held) => ids.map((id) => held?.attachments[id]))
  const uploads = useUploads(ids)
  return useMemo(() => ids.map((_, at) => shownAttachment(stored[at], uploads[at])), [ids, stored, uploads])
}
