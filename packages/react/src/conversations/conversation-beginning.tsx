import { useTexts } from '../texts/use-texts.ts'
import { ConversationAvatar } from './conversation-avatar.tsx'
import { useConversation, useConversationTitle } from './use-conversations.ts'

/** Stands above the first message of a conversation. */
export function ConversationBeginning({ conversationId }: { conversationId: string }) {
  const title = useConversationTitle(conversationId)
  const conversation = useConversation(conversationId)?.conversation
  const texts = useTexts().conversations
  return (
    <div className="parley-beginning">
      <ConversationAvatar conversationId={conversationId} size="large" />
      <p className="parley-beginning__title">
        <bdi>{title}</bdi>
      </p>
      <p className="parley-hint">
        {conversation?.topic ?? (conversation?.kind === 'room' ? texts.roomBeginning : texts.directBeginning)}
      </p>
    </div>
  )
}
