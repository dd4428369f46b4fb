import { useCallback, useEffect, useRef } from 'react'
import { flushSync } from 'react-dom'
import { useWriteBarrier } from '../blocks/use-blocks.ts'
import { WriteBarrier } from '../blocks/write-barrier.tsx'
import { useStrayTyping } from '../headless/use-stray-typing.ts'
import { MemberPanel } from '../memberships/member-panel.tsx'
import { useLoadMembers } from '../memberships/use-members.ts'
import { Composer, type ComposerHandle } from '../messages/composer/composer.tsx'
import { useEditing } from '../messages/composer/use-editing.ts'
import { LiveAnnouncer } from '../messages/live-announcer.tsx'
import { MessageList } from '../messages/message-list.tsx'
import { useTexts } from '../texts/use-texts.ts'
import { TypingLine } from '../typing/typing-line.tsx'
import { ConversationBeginning } from './conversation-beginning.tsx'
import { ConversationHeader } from './conversation-header.tsx'
import { useConversationTitle } from './use-conversations.ts'

interface ConversationViewProps {
  conversationId: string
  /** The address of the conversation, where it has one. */
  href?: string
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
  const { conversationId, autoFocus = false, isPanelOpen, onTogglePanel, onBack, onOpen } = props
  const title = useConversationTitle(conversationId)
  const texts = useTexts().messages
  const composer = useRef<ComposerHandle>(null)
  const panelButton = useRef<HTMLButtonElement>(null)
  const { onEdit, composerProps } = useEditing(conversationId)
  const barrier = useWriteBarrier(conversationId)
  const focusComposer = useCallback(() => composer.current?.focus(), [])
  useLoadMembers(conversationId)
  useAutoFocus(autoFocus, focusComposer)
  const closePanel = () => {
    // Where one pane is shown at a time, the button comes into sight only now.
    flushSync(onTogglePanel)
    panelButton.current?.focus()
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
          onEdit={onEdit}
          onLeave={focusComposer}
          beginning={<ConversationBeginning conversationId={conversationId} href={props.href} />}
        />
        <TypingLine conversationId={conversationId} />
        <div data-region="composer">
          {barrier ? (
            <WriteBarrier conversationId={conversationId} reason={barrier} />
          ) : (
            <Composer ref={composer} conversationId={conversationId} label={texts.writeTo(title)} {...composerProps} />
          )}
        </div>
        <LiveAnnouncer conversationId={conversationId} />
      </main>
      {isPanelOpen && (
        <MemberPanel conversationId={conversationId} onClose={closePanel} onLeft={onBack} onOpen={onOpen} />
      )}
    </>
  )
}

/** The composer takes the focus at first, and what is typed outside of any field. */
function useAutoFocus(isEnabled: boolean, focusComposer: () => void) {
  useEffect(() => {
    // A finger opens the on-screen keyboard itself: opened unasked, it hides the messages.
    if (isEnabled && matchMedia('(hover: hover)').matches) focusComposer()
  }, [isEnabled, focusComposer])
  useStrayTyping(isEnabled, focusComposer)
}
