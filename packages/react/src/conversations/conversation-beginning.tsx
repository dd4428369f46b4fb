import { useMembers } from '../memberships/use-members.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Sentence } from '../ui/sentence.tsx'
import { useMe } from '../users/use-users.ts'
import { ConversationAvatar } from './conversation-avatar.tsx'
import { NewRoomCard } from './new-room-card.tsx'
import { useConversation, useConversationTitle } from './use-conversations.ts'

interface ConversationBeginningProps {
  conversationId: string
  /** The address of the conversation, if the application has one. */
  href?: string
}

/**
 * The introduction above the first message of a conversation: its picture, its name and topic (or a sentence without
 * one), and the steps of `NewRoomCard`, which often shows none. A room that the user made and in which they are alone
 * says that they made it. It loads nothing.
 */
export function ConversationBeginning({ conversationId, href }: ConversationBeginningProps) {
  const title = useConversationTitle(conversationId)
  const conversationState = useConversation(conversationId)
  const conversation = conversationState?.conversation
  const isAlone = useMembers(conversationId).length === 1 && conversationState?.membershipsLoaded
  const me = useMe()
  const texts = useTexts().conversations
  const isRoom = conversation?.kind === 'room'
  const isNew = isRoom && isAlone && conversation.createdBy === me?.id
  const name = <bdi>{title}</bdi>
  return (
    <div className="parley-beginning">
      <ConversationAvatar conversationId={conversationId} />
      <div className="parley-beginning__text">
        <p className="parley-beginning__title">{isNew ? <Sentence text={texts.youMade}>{name}</Sentence> : name}</p>
        <p className="parley-hint">{conversation?.topic ?? (isRoom ? texts.roomBeginning : texts.directBeginning)}</p>
      </div>
      <NewRoomCard conversationId={conversationId} href={href} />
    </div>
  )
}
