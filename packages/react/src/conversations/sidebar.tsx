import { type ReactNode, useCallback, useRef, useState } from 'react'
import { ContactsButton } from '../contacts/contacts-button.tsx'
import { useHasHidden } from '../hidings/use-hidings.ts'
import { useChatState } from '../hooks/use-chat.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Landmark } from '../ui/landmark.tsx'
import { ConversationFilter } from './conversation-filter.tsx'
import {
  NewConversationButtons,
  NewConversationDialog,
  type NewConversationKind,
  NewConversationMenu,
} from './dialogs/new-conversation.tsx'
import { ConversationList, type ListDensity } from './list/conversation-list.tsx'
import { useHasNoConversations } from './use-conversations.ts'

interface SidebarProps {
  title: string
  currentId: string | null
  hrefOf: ((conversationId: string) => string) | undefined
  onOpen: (conversationId: string) => void
  account?: ReactNode
  density?: ListDensity
}

/**
 * The list of conversations between the title of the chat and `account`. After the first sync there are also a filter
 * (unless there is no conversation or invitation, hidden ones included), a button for contacts and a menu of new
 * conversations (in an empty list of a narrow chat also a button for each way), with their dialogs. A conversation
 * that is chosen in the list or in the dialog of a new one clears the filter and closes that dialog before `onOpen` is
 * called; one that is chosen among the contacts keeps the filter.
 */
export function Sidebar({ title, currentId, hrefOf, onOpen, account, density }: SidebarProps) {
  const [chosen, setChosen] = useState<NewConversationKind | null>(null)
  const [filter, setFilter] = useState('')
  const list = useRef<HTMLDivElement>(null)
  const isKnown = useChatState((state) => state.epoch !== null)
  const hasNone = useHasNoConversations()
  const hasHidden = useHasHidden()
  const texts = useTexts().conversations
  const firstLink = () => list.current?.querySelector('a')
  const open = useCallback(
    (conversationId: string) => {
      setChosen(null)
      setFilter('')
      onOpen(conversationId)
    },
    [onOpen],
  )
  return (
    <Landmark as="nav" className="parley-sidebar" data-region="sidebar" aria-label={texts.conversations}>
      <div className="parley-sidebar__header">
        <p className="parley-sidebar__title">{title}</p>
        {isKnown && <ContactsButton onOpen={onOpen} />}
        {isKnown && <NewConversationMenu onChoose={setChosen} />}
      </div>
      {isKnown && (!hasNone || hasHidden) && (
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
          density={density}
          whenEmpty={
            <>
              {hasHidden && <p>{texts.findHidden}</p>}
              <NewConversationButtons onChoose={setChosen} />
            </>
          }
        />
      </div>
      {account && <div className="parley-sidebar__foot">{account}</div>}
      {chosen && <NewConversationDialog kind={chosen} onClose={() => setChosen(null)} onOpen={open} />}
    </Landmark>
  )
}
