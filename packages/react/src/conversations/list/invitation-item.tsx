import { useAction } from '../../hooks/use-action.ts'
import { useChat } from '../../hooks/use-chat.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Problem } from '../../ui/notice.tsx'
import { ConversationAvatar } from '../conversation-avatar.tsx'
import { useConversationTitle } from '../use-conversations.ts'

interface InvitationItemProps {
  conversationId: string
  onOpen: (conversationId: string) => void
}

/**
 * An invitation to a room, with buttons to accept and decline it. Accepting calls `onOpen` when the server has
 * accepted; declining does not. It shows errors itself.
 */
export function InvitationItem({ conversationId, onOpen }: InvitationItemProps) {
  const chat = useChat()
  const title = useConversationTitle(conversationId)
  const texts = useTexts().conversations
  const accept = useAction(() => chat.memberships.join(conversationId))
  const decline = useAction(() => chat.memberships.leave(conversationId))
  const isBusy = accept.isRunning || decline.isRunning
  const acceptAndOpen = async () => {
    if (await accept.run()) onOpen(conversationId)
  }
  return (
    <li className="parley-invitation">
      <ConversationAvatar conversationId={conversationId} />
      <p className="parley-invitation__text">
        <bdi className="parley-invitation__title" title={title}>
          {title}
        </bdi>
        <span className="parley-invitation__note">{texts.invited}</span>
      </p>
      <div className="parley-invitation__answers">
        <Button look="primary" disabled={isBusy} aria-label={texts.acceptInvitation(title)} onClick={acceptAndOpen}>
          {texts.accept}
        </Button>
        <IconButton
          icon="close"
          label={texts.declineInvitation(title)}
          disabled={isBusy}
          onClick={() => decline.run()}
        />
      </div>
      <Problem error={accept.error ?? decline.error} />
    </li>
  )
}
