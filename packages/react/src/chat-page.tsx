import { type ReactNode, useState } from 'react'
import { ChatFrame, type ChatFrameProps } from './chat-frame.tsx'
import { Sidebar } from './conversations/sidebar.tsx'
import { OpenConversation } from './open-conversation.tsx'

interface ChatPageProps extends ChatFrameProps {
  /** Which conversation is open; null for none. Left out, the page keeps it itself. */
  conversationId?: string | null
  /** The address of a conversation, for links. */
  hrefOf?: (conversationId: string) => string
  /** Another conversation is wanted, or none. */
  onOpen?: (conversationId: string | null) => void
  /** Is the panel about the open conversation there? Left out, the page keeps that itself. */
  isPanelOpen?: boolean
  /** The panel is wanted, or not any more: an application with addresses lets Back close it. */
  onPanelChange?: (isOpen: boolean) => void
  /** Stands at the end of the sidebar's head, such as an `<AccountMenu>`. */
  account?: ReactNode
  /** What the whole is called. */
  title?: string
}

/**
 * The whole chat: conversations, messages and members beside each other, or one at a time where it is narrow. It takes the
 * height of what it stands in, and 36rem where that has none. It has no address bar of its own: an application with addresses
 * says which conversation is open.
 *
 * @example <ChatPage />
 * @example <ChatPage isPage conversationId={id} hrefOf={(id) => `/c/${id}`} onOpen={setId} account={<AccountMenu />} />
 */
export function ChatPage({ hrefOf, account, title = 'Parley', isPage = false, slots, ...given }: ChatPageProps) {
  const [ownId, setOwnId] = useState<string | null>(null)
  const conversationId = given.conversationId === undefined ? ownId : given.conversationId
  const change = given.onOpen ?? setOwnId
  // Somebody who chooses a conversation wants to write there; until then the focus is where the page has it.
  const [isChosen, setIsChosen] = useState(false)
  const [isOwnPanelOpen, setIsOwnPanelOpen] = useState(false)
  const isPanelOpen = given.isPanelOpen ?? isOwnPanelOpen
  const setIsPanelOpen = given.onPanelChange ?? setIsOwnPanelOpen
  const open = (id: string | null) => {
    // Where the application keeps it, the address of another conversation says that it is closed.
    setIsOwnPanelOpen(false)
    setIsChosen(true)
    change(id)
  }
  const pane = conversationId === null ? 'list' : isPanelOpen ? 'panel' : 'conversation'
  return (
    <ChatFrame isPage={isPage} slots={slots} pane={pane}>
      <Sidebar title={title} currentId={conversationId} hrefOf={hrefOf} onOpen={open} account={account} />
      <OpenConversation
        title={title}
        conversationId={conversationId}
        href={conversationId === null ? undefined : hrefOf?.(conversationId)}
        autoFocus={isChosen || (given.autoFocus ?? isPage)}
        isPanelOpen={isPanelOpen}
        onTogglePanel={() => setIsPanelOpen(!isPanelOpen)}
        onBack={() => open(null)}
        onOpen={open}
      />
    </ChatFrame>
  )
}
