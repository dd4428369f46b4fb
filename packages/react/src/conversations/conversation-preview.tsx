import type { ConversationState, PendingMessage } from '@parley/client'
import type { Message } from '@parley/protocol'
import { useKnownKinds } from '../attachments/use-known-kinds.ts'
import { useChatState, useChatSurface } from '../hooks/use-chat.ts'
import { messageSummary } from '../messages/message-summary.ts'
import { useTexts } from '../texts/use-texts.ts'
import { useTyping } from '../typing/use-typing.ts'
import { useDisplayNames, useMe, useUser } from '../users/use-users.ts'

interface ConversationPreviewProps {
  /** If the conversation is open, its draft is not shown here, because the composer shows it. */
  isCurrent: boolean
  conversationState: ConversationState
}

/**
 * One line about a conversation: who is typing; else the draft (not if `isCurrent`); else the last message, also one
 * that is not sent yet or failed, with a word for the user as its sender or, in rooms, the name of another sender;
 * else the topic or a placeholder. It reads the draft only when it renders: typing in the composer does not renew it.
 */
export function ConversationPreview({ conversationState, isCurrent }: ConversationPreviewProps) {
  const { id, kind } = conversationState.conversation
  const texts = useTexts()
  const me = useMe()
  const typing = texts.typing.areTyping(useDisplayNames(useTyping(id)))
  const draft = useDraftText(id)
  const last: Message | PendingMessage | null = conversationState.pending.at(-1) ?? conversationState.lastMessage
  const sender = useUser(last?.senderId)
  const kinds = useKnownKinds(last, conversationState)
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
  if (!last) return <span className="parley-preview">{conversationState.conversation.topic ?? previewEmpty}</span>
  const author =
    last.senderId === me?.id ? previewYou : kind === 'room' && last.type !== 'system' && sender?.displayName
  return (
    <span className="parley-preview">
      {author && <bdi>{previewAuthor(author)}</bdi>}
      <bdi>{messageSummary(last, texts, { attachments: kinds })}</bdi>
    </span>
  )
}

/** Reads the draft when the item is rendered, which happens again when the person leaves the conversation. */
function useDraftText(conversationId: string): string {
  const { drafts } = useChatSurface()
  const me = useChatState((state) => state.me?.id)
  return me === undefined ? '' : drafts.read(me, conversationId).trim()
}
