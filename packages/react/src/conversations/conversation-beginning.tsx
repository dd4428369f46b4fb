import { useState } from 'react'
import { AddPeopleDialog } from '../memberships/add-people-dialog.tsx'
import { mayInvite } from '../memberships/permissions.ts'
import { useMembers, useOwnRole } from '../memberships/use-members.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
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
      <FirstSteps conversationId={conversationId} />
    </div>
  )
}

/** Somebody who is alone in a room that they may fill finds the way to others here. */
function FirstSteps({ conversationId }: { conversationId: string }) {
  const texts = useTexts().memberships
  const [isAdding, setIsAdding] = useState(false)
  const canInvite = mayInvite(useOwnRole(conversationId))
  const areKnown = useConversation(conversationId)?.membershipsLoaded
  const isAlone = useMembers(conversationId).length === 1
  if (!canInvite || !areKnown || !isAlone) return null
  return (
    <div className="parley-beginning__steps">
      <Button look="primary" icon="people" onClick={() => setIsAdding(true)}>
        {texts.addPeople}
      </Button>
      {isAdding && <AddPeopleDialog conversationId={conversationId} onClose={() => setIsAdding(false)} />}
    </div>
  )
}
