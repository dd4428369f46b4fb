import { type ReactNode, useState } from 'react'
import { ChatFrame, type ChatFrameProps } from './chat-frame.tsx'
import type { ListDensity } from './conversations/list/conversation-list.tsx'
import { Sidebar } from './conversations/sidebar.tsx'
import { OpenConversation } from './open-conversation.tsx'

interface ChatPageProps extends ChatFrameProps {
  /** The open conversation; null for none. Without it, the component stores that itself: then omit `onOpen`, too. */
  conversationId?: string | null
  /** The address of a conversation, for links. */
  hrefOf?: (conversationId: string) => string
  /**
   * The person chose another conversation, or went back to none. Needs `conversationId`: with `onOpen` alone, nothing
   * opens. An application that passes `isPanelOpen` also closes the panel here.
   */
  onOpen?: (conversationId: string | null) => void
  /**
   * Is the panel of the open conversation shown? Pass it with `onPanelChange`, or neither: then the component stores
   * it.
   */
  isPanelOpen?: boolean
  /**
   * The person opened or closed the panel. With it, an application with addresses can let the Back button close the
   * panel.
   */
  onPanelChange?: (isOpen: boolean) => void
  /** Shown at the foot of the sidebar, for example an `<AccountMenu>`. */
  account?: ReactNode
  /** Does the list show the last message of each conversation, or names alone? Default: `comfortable`. */
  density?: ListDensity
  /** The name of the chat, above the list and in the welcome. Default: "Parley". */
  title?: string
}

/**
 * The whole chat: conversations, messages and members side by side, or one at a time if it is narrow. It fills the
 * height of its parent, or is 36rem high if the parent has no height. It stores which conversation is open, and does
 * not change the address of the page: an application with addresses passes `conversationId` and `onOpen`, always both,
 * and stores it itself. Needs a `ChatProvider` around it, and `styles.css`.
 *
 * @example <ChatPage />
 * @example <ChatPage isPage conversationId={id} hrefOf={(id) => `/c/${id}`} onOpen={setId} account={<AccountMenu />} />
 */
export function ChatPage(props: ChatPageProps) {
  const { hrefOf, account, density, title = 'Parley', isPage = false, slots, ...given } = props
  const [ownId, setOwnId] = useState<string | null>(null)
  const conversationId = given.conversationId === undefined ? ownId : given.conversationId
  const change = given.onOpen ?? setOwnId
  // Only a conversation that the person chose takes the focus; until then it stays where it is in the page.
  const [isChosen, setIsChosen] = useState(false)
  const [isOwnPanelOpen, setIsOwnPanelOpen] = useState(false)
  const isPanelOpen = given.isPanelOpen ?? isOwnPanelOpen
  const setIsPanelOpen = given.onPanelChange ?? setIsOwnPanelOpen
  const open = (id: string | null) => {
    // If the application stores it, its new address already means that the panel is closed.
    setIsOwnPanelOpen(false)
    setIsChosen(true)
    change(id)
  }
  const pane = conversationId === null ? 'list' : isPanelOpen ? 'panel' : 'conversation'
  return (
    <ChatFrame isPage={isPage} slots={slots} pane={pane}>
      <Sidebar
        title={title}
        currentId={conversationId}
        hrefOf={hrefOf}
        onOpen={open}
        account={account}
        density={density}
      />
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
