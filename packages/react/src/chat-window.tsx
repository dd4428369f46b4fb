import { useState } from 'react'
import { ChatFrame, type ChatFrameProps } from './chat-frame.tsx'
import { useConversationTitle } from './conversations/use-conversations.ts'
import { OpenConversation } from './open-conversation.tsx'

interface ChatWindowProps extends ChatFrameProps {
  conversationId: string
  /** Adds a way back, where the window is narrow. */
  onBack?: () => void
  /**
   * Another conversation is wanted, such as that with a member. Left out, the window shows it itself, with a way back to its
   * own.
   */
  onOpen?: (conversationId: string) => void
}

/**
 * One conversation: its messages, the composer, and the panel about it. It takes the height of what it stands in, and 36rem
 * where that has none.
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
        onOpen={onOpen ?? visit}
      />
    </ChatFrame>
  )
}
