import { type RefObject, useCallback, useLayoutEffect, useRef } from 'react'
import { useStrayTyping } from '../headless/use-stray-typing.ts'
import { useIsPage } from '../hooks/component-root.ts'
import { focusedElement } from '../hooks/focused-element.ts'
import { MemberPanel } from '../memberships/member-panel.tsx'
import { useLoadMembers } from '../memberships/use-members.ts'
import type { ComposerHandle } from '../messages/composer/composer.tsx'
import { MessageComposer } from '../messages/composer/message-composer.tsx'
import { useEditing } from '../messages/composer/use-editing.ts'
import { LiveAnnouncer } from '../messages/live-announcer.tsx'
import { MessageList } from '../messages/message-list.tsx'
import { useSlots } from '../slots.ts'
import { Slotted } from '../slotted.tsx'
import { TypingIndicator } from '../typing/typing-indicator.tsx'
import { Landmark } from '../ui/landmark.tsx'
import { ConversationBeginning } from './conversation-beginning.tsx'
import { ConversationHeader } from './conversation-header.tsx'
import { useConversationTitle } from './use-conversations.ts'

interface ConversationViewProps {
  conversationId: string
  /** The address of the conversation, if the application has one. */
  href?: string
  /** Focuses the composer when it is mounted. */
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
 * One conversation: header, messages, typing line, composer and, if `isPanelOpen`, the panel. Use the conversation's
 * id as its React key. It loads the members. When `autoFocus` is or becomes true, it focuses the composer, except on
 * touch screens; while it is true and the page belongs to Parley, also when text is typed outside of any field.
 * `onOpen` gets the direct conversation with a member. After the person left the room or hid the conversation, it
 * calls `onBack`, or `onTogglePanel` without one.
 */
export function ConversationView(props: ConversationViewProps) {
  const { conversationId, autoFocus, isPanelOpen, onTogglePanel, onBack, onOpen } = props
  const title = useConversationTitle(conversationId)
  const slots = useSlots()
  const composer = useRef<ComposerHandle>(null)
  const panelButton = useRef<HTMLButtonElement>(null)
  const { onEdit, composerProps } = useEditing(conversationId)
  const focusComposer = useCallback(() => composer.current?.focus(), [])
  const loading = useLoadMembers(conversationId)
  useAutoFocus(autoFocus, focusComposer)
  useFocusAfterPanel(isPanelOpen, panelButton)
  return (
    <>
      <Landmark as="main" className="parley-conversation-pane" aria-label={title}>
        <Slotted Slot={slots.Header} given={{ conversationId, title }}>
          <ConversationHeader {...props} panelButton={panelButton} />
        </Slotted>
        <MessageList
          conversationId={conversationId}
          onEdit={onEdit}
          onLeave={focusComposer}
          beginning={<ConversationBeginning conversationId={conversationId} href={props.href} />}
        />
        <TypingIndicator conversationId={conversationId} />
        <div data-region="composer">
          <Slotted Slot={slots.Composer} given={{ conversationId }}>
            <MessageComposer ref={composer} conversationId={conversationId} editing={composerProps} />
          </Slotted>
        </div>
        <LiveAnnouncer conversationId={conversationId} />
      </Landmark>
      {isPanelOpen && (
        <MemberPanel
          conversationId={conversationId}
          loading={loading}
          onClose={onTogglePanel}
          onLeft={onBack ?? onTogglePanel}
          onOpen={onOpen}
        />
      )}
    </>
  )
}

/** Focuses the button of the panel when the panel that had the focus closes. */
function useFocusAfterPanel(isOpen: boolean, button: RefObject<HTMLButtonElement | null>) {
  const wasOpen = useRef(isOpen)
  // Before the browser paints, because no element has the focus until then.
  useLayoutEffect(() => {
    if (wasOpen.current && !isOpen && focusedElement() === null) button.current?.focus()
    wasOpen.current = isOpen
  }, [isOpen, button])
}

/**
 * Focuses the composer when it is mounted and, if the page belongs to Parley, when somebody types outside of any field.
 */
function useAutoFocus(isEnabled: boolean, focusComposer: () => void) {
  useLayoutEffect(() => {
    // Not on touch screens, where the focus opens the keyboard, which would cover the messages.
    if (isEnabled && matchMedia('(hover: hover)').matches) focusComposer()
  }, [isEnabled, focusComposer])
  useStrayTyping(useIsPage() && isEnabled, focusComposer)
}
