import { type ReactNode, useCallback, useRef, useState } from 'react'
import { ContactsButton } from '../contacts/contacts-button.tsx'
import { useChatState } from '../hooks/use-chat.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Landmark } from '../ui/landmark.tsx'
import { ConversationFilter } from './conversation-filter.tsx'
import {
  NewConversationButtons,
  NewConversationDialog,
  NewConversationIcons,
  type Way,
} from './dialogs/new-conversation.tsx'
import { ConversationList } from './list/conversation-list.tsx'
import { useIsInNone } from './use-conversations.ts'

interface SidebarProps {
  title: string
  currentId: string | null
  hrefOf: ((conversationId: string) => string) | undefined
  onOpen: (conversationId: string) => void
  account?: ReactNode
}

/** The list of conversations, with the ways to a new one. */
export function Sidebar({ title, currentId, hrefOf, onOpen, account }: SidebarProps) {
  const [way, setWay] = useState<Way | null>(null)
  const [filter, setFilter] = useState('')
  const list = useRef<HTMLDivElement>(null)
  const isKnown = useChatState((state) => state.epoch !== null)
  const isInNone = useIsInNone()
  const texts = useTexts().conversations
  const firstLink = () => list.current?.querySelector('a')
  const open = useCallback(
    (conversationId: string) => {
      setWay(null)
      setFilter('')
      onOpen(conversationId)
    },
    [onOpen],
  )
  return (
    <Landmark as="nav" className="parley-sidebar" data-region="sidebar" aria-label={texts.conversations}>
      <div className="parley-sidebar__header">
        <p className="parley-sidebar__title">{title}</p>
        {isKnown && !isInNone && <NewConversationIcons onChoose={setWay} />}
        {isKnown && <ContactsButton onOpen={onOpen} />}
        {account}
      </div>
      {isKnown && !isInNone && (
        <ConversationFilter
          value={filter}
          onChange={setFilter}
          onEnter={() => firstLink()?.click()}
          onDown={() => firstLink()?.focus()}
        />
      )}
      <div ref={list} className="parley-sidebar__list parley-scroller">
        <ConversationList
          currentId={currentId}
          hrefOf={hrefOf}
          onOpen={open}
          filter={filter}
          whenEmpty={<NewConversationButtons onChoose={setWay} />}
        />
      </div>
      {way && <NewConversationDialog way={way} onClose={() => setWay(null)} onOpen={open} />}
    </Landmark>
  )
}
