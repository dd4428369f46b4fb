import type { ConversationState, PendingMessage } from '@parley/client'
import type { Message } from '@parley/protocol'
import { useChatState, useChatSurface } from '../hooks/use-chat.ts'
import { messageSummary } from '../messages/message-summary.ts'
import { useTexts } from '../texts/use-texts.ts'
import { useTyping } from '../typing/use-typing.ts'
import { useDisplayNames, useMe, useUser } from '../users/use-users.ts'

interface ConversationPreviewProps {
  /** Without what is being typed here: it stands in the composer beside it. */
  isCurrent: boolean
  held: ConversationState
}

/** One line on what goes on: who types, what was typed here and not sent, or the last message. */
export function ConversationPreview({ held, isCurrent }: ConversationPreviewProps) {
  const { id, kind } = held.conversation
  const texts = useTexts()
  const me = useMe()
  const typing = texts.typing.areTyping(useDisplayNames(useTyping(id)))
  const draft = useDraftText(id)
  const last: Message | PendingMessage | null = held.pending.at(-1) ?? held.lastMessage
  const sender = useUser(last?.senderId)
  const { previewTyping, previewDraft, previewEmpty, previewAuthor, previewYou } = texts.conversations
  if (typing) {
    return (
      <span className="parley-preview parley-preview--typing">{kind === 'direct' ? previewTyping : `${typing}…`}</span>
    )
  }
  if (draft && !isCurrent) {
    return (
      <span className="parley-preview">
        <span className="parley-preview__mark">{previewDraft}</span>
        {draft}
      </span>
    )
  }
  if (!last) return <span className="parley-preview">{held.conversation.topic ?? previewEmpty}</span>
  const author =
    last.senderId === me?.id ? previewYou : kind === 'room' && last.type !== 'system' && sender?.displayName
  return (
    <span className="parley-preview">
      {author && <bdi>{previewAuthor(author)}</bdi>}
      <bdi>{messageSummary(last, texts)}</bdi>
    </span>
  )
}

/** Read when the item is drawn: the item is drawn anew when its conversation is left. */
function useDraftText(conversationId: string): string {
  const { drafts } = useChatSurface()
  const me = useChatState((state) => state.me?.id)
  return me === undefined ? '' : drafts.read(me, conversationId).trim()
}
