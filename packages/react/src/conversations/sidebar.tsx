import { type ReactNode, useState } from 'react'
import { ContactsButton } from '../contacts/contacts-button.tsx'
import { useChatState } from '../hooks/use-chat.ts'
import { useTexts } from '../texts/use-texts.ts'
import { ConversationList } from './conversation-list.tsx'
import {
  NewConversationButtons,
  NewConversationDialog,
  NewConversationIcons,
  type Way,
} from './dialogs/new-conversation.tsx'
import { useIsInNone } from './use-conversations.ts'

interface SidebarProps {
  title: string
  currentId: string | null
  hrefOf: (conversationId: string) => string
  onOpen: (conversationId: string) => void
  account?: ReactNode
}

/** The list of conversations, with the ways to a new one. */
export function Sidebar({ title, currentId, hrefOf, onOpen, account }: SidebarProps) {
  const [way, setWay] = useState<Way | null>(null)
  const isKnown = useChatState((state) => state.epoch !== null)
  const isInNone = useIsInNone()
  const texts = useTexts().conversations
  const close = () => setWay(null)
  const openAndClose = (conversationId: string) => {
    close()
    onOpen(conversationId)
  }
  return (
    <nav className="parley-sidebar" data-region="sidebar" aria-label={texts.conversations}>
      <header className="parley-sidebar__header">
        <p className="parley-sidebar__title">{title}</p>
        {isKnown && !isInNone && <NewConversationIcons onChoose={setWay} />}
        {isKnown && <ContactsButton onOpen={onOpen} />}
        {account}
      </header>
      <div className="parley-sidebar__list parley-scroller">
        <ConversationList
          currentId={currentId}
          hrefOf={hrefOf}
          onOpen={onOpen}
          whenEmpty={<NewConversationButtons onChoose={setWay} />}
        />
      </div>
      {way && <NewConversationDialog way={way} onClose={close} onOpen={openAndClose} />}
    </nav>
  )
}
