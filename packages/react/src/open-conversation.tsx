import { useRef } from 'react'
import { ConversationView } from './conversations/conversation-view.tsx'
import { NotOpen } from './conversations/not-open.tsx'
import { useConversation, useConversationTitle, useIsInNone } from './conversations/use-conversations.ts'
import { useFileDropGuard } from './headless/files/use-file-drop.ts'
import { useOwnArea } from './hooks/component-root.ts'
import { useChatState } from './hooks/use-chat.ts'
import { useTexts } from './texts/use-texts.ts'
import { Landmark } from './ui/landmark.tsx'
import { EmptyState, Skeleton } from './ui/notice.tsx'

interface OpenConversationProps {
  /** What the whole is called. */
  title: string
  conversationId: string | null
  href: string | undefined
  autoFocus: boolean
  isPanelOpen: boolean
  onTogglePanel: () => void
  /** Away from this conversation; undefined where there is nothing else. */
  onBack: (() => void) | undefined
  onOpen: (conversationId: string) => void
}

/** A conversation, or what stands in its place: while it loads, where it is not open to the person, and where none is chosen. */
export function OpenConversation({ title, conversationId, ...view }: OpenConversationProps) {
  const held = useConversation(conversationId ?? '')
  const me = useChatState((state) => state.me?.id ?? '')
  const lastTitle = useLastTitle(conversationId)
  const isOpen = conversationId !== null && held?.memberships[me]?.state === 'active'
  useFileDropGuard(!isOpen, useOwnArea())
  if (isOpen) {
    return <ConversationView key={conversationId} conversationId={conversationId} {...view} />
  }
  return (
    <Landmark as="main" className="parley-conversation-pane parley-conversation-pane--empty">
      {conversationId === null ? (
        <NoConversation title={title} />
      ) : (
        <Unopened key={conversationId} conversationId={conversationId} title={lastTitle} onBack={view.onBack} />
      )}
    </Landmark>
  )
}

function NoConversation({ title }: { title: string }) {
  const isInNone = useIsInNone()
  const texts = useTexts().page
  return (
    <EmptyState icon="write" isPage title={isInNone ? texts.welcome(title) : texts.pickConversation}>
      {texts.messagesAppearHere}
    </EmptyState>
  )
}

/** What the conversation is called, or was called while it was held; empty if it never was. */
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
