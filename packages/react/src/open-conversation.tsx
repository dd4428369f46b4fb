import { useRef, useState } from 'react'
import { ConversationView } from './conversations/conversation-view.tsx'
import {
  NewConversationButtons,
  NewConversationDialog,
  type NewConversationKind,
} from './conversations/dialogs/new-conversation.tsx'
import { NotOpen } from './conversations/not-open.tsx'
import { useConversation, useConversationTitle, useHasNoConversations } from './conversations/use-conversations.ts'
import { useFileDropGuard } from './headless/files/use-file-drop.ts'
import { useOwnArea } from './hooks/component-root.ts'
import { useChatState } from './hooks/use-chat.ts'
import { useTexts } from './texts/use-texts.ts'
import { Landmark } from './ui/landmark.tsx'
import { EmptyState, Skeleton } from './ui/notice.tsx'

interface OpenConversationProps {
  /** The name of the chat, for the welcome. */
  title: string
  conversationId: string | null
  href: string | undefined
  autoFocus: boolean
  isPanelOpen: boolean
  onTogglePanel: () => void
  /** Leaves the conversation; undefined if there is nothing to go back to. */
  onBack: (() => void) | undefined
  /** Is `onBack` the only way back, in any width? */
  isBackNeeded?: boolean
  onOpen: (conversationId: string) => void
}

/**
 * The conversation if the user is an active member of it. Otherwise its replacement, also while they are only invited:
 * a placeholder until the first sync, then why the user is not in it, with a button to join unless they are banned;
 * without an id, a welcome or, if the user has conversations, a hint to pick one, both with the ways to a new one. With
 * the replacement, files that are dropped on the Parley element (anywhere, if the page belongs to Parley) are
 * discarded.
 */
export function OpenConversation({ title, conversationId, ...view }: OpenConversationProps) {
  const conversationState = useConversation(conversationId ?? '')
  const me = useChatState((state) => state.me?.id ?? '')
  const lastTitle = useLastTitle(conversationId)
  const isOpen = conversationId !== null && conversationState?.memberships[me]?.state === 'active'
  useFileDropGuard(!isOpen, useOwnArea())
  if (isOpen) {
    return <ConversationView key={conversationId} conversationId={conversationId} {...view} />
  }
  return (
    <Landmark as="main" className="parley-conversation-pane parley-conversation-pane--empty">
      {conversationId === null ? (
        <NoConversation title={title} onOpen={view.onOpen} />
      ) : (
        <Unopened key={conversationId} conversationId={conversationId} title={lastTitle} onBack={view.onBack} />
      )}
    </Landmark>
  )
}

/** A welcome, or an invitation to pick a conversation; after the first sync with the ways to a new one. */
function NoConversation({ title, onOpen }: Pick<OpenConversationProps, 'title' | 'onOpen'>) {
  const [chosen, setChosen] = useState<NewConversationKind | null>(null)
  const isKnown = useChatState((state) => state.epoch !== null)
  const hasNone = useHasNoConversations()
  const texts = useTexts().page
  const open = (conversationId: string) => {
    setChosen(null)
    onOpen(conversationId)
  }
  return (
    <EmptyState icon="write" isPage title={hasNone ? texts.welcome(title) : texts.pickConversation}>
      <p>{texts.messagesAppearHere}</p>
      {isKnown && <NewConversationButtons onChoose={setChosen} />}
      {chosen && <NewConversationDialog kind={chosen} onClose={() => setChosen(null)} onOpen={open} />}
    </EmptyState>
  )
}

/** The title of the conversation, or its last one if the user is not in it any more; '' if it was never known. */
function useLastTitle(conversationId: string | null): string {
  const title = useConversationTitle(conversationId)
  const last = useRef({ conversationId, title })
  if (title !== '' || last.current.conversationId !== conversationId) last.current = { conversationId, title }
  return last.current.title
}

interface UnopenedProps {
  conversationId: string
  title: string
  onBack: (() => void) | undefined
}

function Unopened(props: UnopenedProps) {
  const isKnown = useChatState((state) => state.epoch !== null)
  const texts = useTexts().page
  return isKnown ? <NotOpen {...props} /> : <Skeleton label={texts.loadingConversation} rows={7} />
}
