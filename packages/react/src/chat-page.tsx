import { type ReactNode, useState } from 'react'
import { ConnectionBanner } from './connection-banner.tsx'
import { ConversationView } from './conversations/conversation-view.tsx'
import { NotOpen } from './conversations/not-open.tsx'
import { Sidebar } from './conversations/sidebar.tsx'
import { useConversation, useIsInNone } from './conversations/use-conversations.ts'
import { useFileDropGuard } from './headless/files/use-file-drop.ts'
import { useRegions } from './headless/use-regions.ts'
import { useChatState } from './hooks/use-chat.ts'
import { useTexts } from './texts/use-texts.ts'
import { EmptyState, Skeleton } from './ui/notice.tsx'

interface ChatPageProps {
  /** Which conversation is open; null for none. Left out, the page keeps it itself. */
  conversationId?: string | null
  /** The address of a conversation, for links. */
  hrefOf?: (conversationId: string) => string
  /** Another conversation is wanted, or none. */
  onOpen?: (conversationId: string | null) => void
  /** Stands at the end of the sidebar's head, such as an `<AccountMenu>`. */
  account?: ReactNode
  /** What the whole is called. */
  title?: string
}

/** A link needs an address, also where none leads to a conversation. */
const withoutAddress = (id: string) => `#${id}`

/**
 * The whole chat on one page: conversations, messages and members beside each other, or one at a time where it is
 * narrow. It fills its container and has no address bar of its own: an application with addresses says which
 * conversation is open.
 *
 * @example <ChatPage />
 * @example <ChatPage conversationId={id} hrefOf={(id) => `/c/${id}`} onOpen={setId} account={<AccountMenu />} />
 */
export function ChatPage({ hrefOf, account, title = 'Parley', ...given }: ChatPageProps) {
  const [ownId, setOwnId] = useState<string | null>(null)
  const conversationId = given.conversationId === undefined ? ownId : given.conversationId
  const onOpen = given.onOpen ?? setOwnId
  const [isPanelOpen, setIsPanelOpen] = useState(false)
  const changeRegion = useRegions()
  useFileDropGuard(conversationId === null)
  const pane = conversationId === null ? 'list' : isPanelOpen ? 'panel' : 'conversation'
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: F6 leads around the regions inside, from wherever one is
    <div className="parley-page" onKeyDown={changeRegion}>
      <ConnectionBanner />
      <div className="parley-page__panes" data-pane={pane}>
        <Sidebar
          title={title}
          currentId={conversationId}
          hrefOf={hrefOf ?? withoutAddress}
          onOpen={onOpen}
          account={account}
        />
        <OpenConversation
          title={title}
          conversationId={conversationId}
          href={conversationId === null ? undefined : hrefOf?.(conversationId)}
          isPanelOpen={isPanelOpen}
          onTogglePanel={() => setIsPanelOpen(!isPanelOpen)}
          onOpen={(id) => {
            setIsPanelOpen(false)
            onOpen(id)
          }}
        />
      </div>
    </div>
  )
}

interface OpenConversationProps {
  title: string
  conversationId: string | null
  href: string | undefined
  isPanelOpen: boolean
  onTogglePanel: () => void
  onOpen: (conversationId: string | null) => void
}

function OpenConversation({ title, conversationId, onOpen, ...view }: OpenConversationProps) {
  const held = useConversation(conversationId ?? '')
  const isKnown = useChatState((state) => state.epoch !== null)
  const isInNone = useIsInNone()
  const me = useChatState((state) => state.me?.id ?? '')
  const texts = useTexts().page
  if (conversationId !== null && held?.memberships[me]?.state === 'active') {
    return (
      <ConversationView
        key={conversationId}
        conversationId={conversationId}
        autoFocus
        onBack={() => onOpen(null)}
        onOpen={onOpen}
        {...view}
      />
    )
  }
  return (
    <main className="parley-conversation-pane parley-conversation-pane--empty">
      {conversationId !== null && !isKnown && <Skeleton label={texts.loadingConversation} rows={7} />}
      {conversationId !== null && isKnown && (
        <NotOpen key={conversationId} conversationId={conversationId} onBack={() => onOpen(null)} />
      )}
      {conversationId === null && (
        <EmptyState icon="write" isPage title={isInNone ? texts.welcome(title) : texts.pickConversation}>
          {texts.messagesAppearHere}
        </EmptyState>
      )}
    </main>
  )
}
