import { useAction } from '../hooks/use-action.ts'
import { useChat } from '../hooks/use-chat.ts'
import { errorText } from '../texts/error-text.ts'
import { Button } from '../ui/button.tsx'
import { Problem } from '../ui/notice.tsx'
import { ConversationAvatar } from './conversation-avatar.tsx'
import { useConversationTitle } from './use-conversations.ts'

interface InvitationItemProps {
  conversationId: string
  onOpen: (conversationId: string) => void
}

/** A room that one is invited to, with the two answers. */
export function InvitationItem({ conversationId, onOpen }: InvitationItemProps) {
  const chat = useChat()
  const title = useConversationTitle(conversationId)
  const accept = useAction(() => chat.memberships.join(conversationId))
  const decline = useAction(() => chat.memberships.leave(conversationId))
  const isBusy = accept.isRunning || decline.isRunning
  const acceptAndOpen = async () => {
    if (await accept.run()) onOpen(conversationId)
  }
  return (
    <li className="parley-invitation">
      <ConversationAvatar conversationId={conversationId} />
      <div className="parley-invitation__text">
        <p>
          You are invited to <bdi>{title}</bdi>
        </p>
        <div className="parley-invitation__answers">
          <Button
            look="primary"
            disabled={isBusy}
            aria-label={`Accept the invitation to ${title}`}
            onClick={acceptAndOpen}
          >
            Accept
          </Button>
          <Button disabled={isBusy} aria-label={`Decline the invitation to ${title}`} onClick={() => decline.run()}>
            Decline
          </Button>
        </div>
        <Problem>{errorText(accept.error ?? decline.error)}</Problem>
      </div>
    </li>
  )
}
