import type { Message } from '@parley/protocol'
import { useCallback, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useChat } from '../hooks/use-chat.ts'
import { MemberPanel } from '../memberships/member-panel.tsx'
import { useLoadMembers } from '../memberships/use-members.ts'
import { Composer, type ComposerHandle, lastOwnMessage } from '../messages/composer/composer.tsx'
import { LiveAnnouncer } from '../messages/live-announcer.tsx'
import { MessageList } from '../messages/message-list.tsx'
import { TypingLine } from '../typing/typing-line.tsx'
import { ConversationBeginning } from './conversation-beginning.tsx'
import { ConversationHeader } from './conversation-header.tsx'
import { useConversationTitle } from './use-conversations.ts'

interface ConversationViewProps {
  conversationId: string
  /** The composer takes the focus at first, and what is typed outside of any field. Only for a page that is all chat. */
  autoFocus?: boolean
  isPanelOpen: boolean
  onTogglePanel: () => void
  /** Back to the list. */
  onBack: () => void
  onOpen: (conversationId: string) => void
}

/**
 * One conversation: messages, typing line, composer and the panel about it. Give it the conversation's id as its key.
 *
 * @example <ConversationView key={id} conversationId={id} onBack={back} onOpen={open} … />
 */
export function ConversationView(props: ConversationViewProps) {
  const { conversationId, autoFocus, isPanelOpen, onTogglePanel, onBack, onOpen } = props
  const chat = useChat()
  const title = useConversationTitle(conversationId)
  const composer = useRef<ComposerHandle>(null)
  const panelButton = useRef<HTMLButtonElement>(null)
  const [edited, setEdited] = useState<Message | null>(null)
  const focusComposer = useCallback(() => composer.current?.focus(), [])
  useLoadMembers(conversationId)
  useEffect(() => {
    // A finger opens the keyboard when it wants to; a keyboard in one's face hides the messages.
    if (autoFocus && matchMedia('(hover: hover)').matches) focusComposer()
  }, [autoFocus, focusComposer])

  useEffect(() => {
    if (!autoFocus) return
    // Whoever types without a field means the message.
    const typed = (event: KeyboardEvent) => {
      const isText = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey
      if (isText && event.target === document.body) focusComposer()
    }
    document.addEventListener('keydown', typed)
    return () => document.removeEventListener('keydown', typed)
  }, [autoFocus, focusComposer])

  const closePanel = () => {
    // Where one pane is shown at a time, the button comes into sight only now.
    flushSync(onTogglePanel)
    panelButton.current?.focus()
  }
  const editLast = () => {
    const { conversations, me } = chat.store.getState()
    const held = conversations[conversationId]
    // The last one is still on its way: the one before it is not what is meant.
    if (!held || held.pending.length > 0) return
    const last = lastOwnMessage(held.messages, me?.id)
    if (last) setEdited(last)
  }
  return (
    <>
      <main className="parley-conversation-pane" aria-label={title}>
        <ConversationHeader
          conversationId={conversationId}
          panelButton={panelButton}
          isPanelOpen={isPanelOpen}
          onTogglePanel={onTogglePanel}
          onBack={onBack}
        />
        <MessageList
          conversationId={conversationId}
          onEdit={setEdited}
          onLeave={focusComposer}
          beginning={<ConversationBeginning conversationId={conversationId} />}
        />
        <TypingLine conversationId={conversationId} />
        <div data-region="composer">
          <Composer
            ref={composer}
            conversationId={conversationId}
            label={`Message ${title}`}
            edited={edited}
            onEditEnd={() => setEdited(null)}
            onEditLast={editLast}
          />
        </div>
        <LiveAnnouncer conversationId={conversationId} />
      </main>
      {isPanelOpen && (
        <MemberPanel conversationId={conversationId} onClose={closePanel} onLeft={onBack} onOpen={onOpen} />
      )}
    </>
  )
}
