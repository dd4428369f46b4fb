import { useState } from 'react'
import { ChatFrame, type ChatFrameProps } from './chat-frame.tsx'
import { useConversationTitle } from './conversations/use-conversations.ts'
import { OpenConversation } from './open-conversation.tsx'

interface ChatWindowProps extends ChatFrameProps {
  conversationId: string
  /** Adds a button that goes back from this conversation, shown if the window is narrow. */
  onBack?: () => void
  /**
   * The person chose another conversation, such as the direct one with a member. Without it, the window shows that
   * conversation itself, with a button that goes back to its own.
   */
  onOpen?: (conversationId: string) => void
}

/**
 * One conversation: its messages, the composer, and the panel of members; a placeholder before the first sync. If the
 * user is not in it, it says why, as far as that is known, and offers to join it, unless they are banned. Another
 * conversation that they choose, such as the direct one with a member, goes to `onOpen`; without it the window shows
 * that one itself, with a button back in any width. Fills the height of its parent, or is 36rem high if the parent has
 * no height. Needs a `ChatProvider` around it, and `styles.css`.
 *
 * @example <ChatWindow conversationId={id} />
 */
export function ChatWindow(props: ChatWindowProps) {
  return <Window key={props.conversationId} {...props} />
}

function Window({ conversationId, isPage = false, autoFocus = isPage, slots, onBack, onOpen }: ChatWindowProps) {
  const [visitedId, setVisitedId] = useState<string | null>(null)
  const [isPanelOpen, setIsPanelOpen] = useState(false)
  const shownId = visitedId ?? conversationId
  const title = useConversationTitle(shownId)
  const visit = (id: string | null) => {
    setIsPanelOpen(false)
    setVisitedId(id)
  }
  return (
    <ChatFrame isPage={isPage} slots={slots} pane={isPanelOpen ? 'panel' : 'conversation'}>
      <OpenConversation
        title={title}
        conversationId={shownId}
        href={undefined}
        autoFocus={autoFocus || visitedId !== null}
        isPanelOpen={isPanelOpen}
        onTogglePanel={() => setIsPanelOpen(!isPanelOpen)}
        onBack={visitedId === null ? onBack : () => visit(null)}
        isBackNeeded={visitedId !== null}
        onOpen={onOpen ?? visit}
      />
    </ChatFrame>
  )
}
