import { forwardRef } from 'react'
import { useWriteBarrier } from '../../blocks/use-blocks.ts'
import { WriteBarrier } from '../../blocks/write-barrier.tsx'
import { useConversationTitle } from '../../conversations/use-conversations.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { ComponentRoot } from '../../ui/component-root.tsx'
import { Composer, type ComposerHandle } from './composer.tsx'
import { type Editing, useEditing } from './use-editing.ts'

interface MessageComposerProps {
  conversationId: string
  /** Names the field; "Message Ana" if left out. */
  label?: string
  /** Which message is being edited, from `useEditing`. Left out, ArrowUp in the empty field edits the last one. */
  editing?: Editing['composerProps']
}

/**
 * Where one writes into a conversation: Enter sends, Shift+Enter makes a new line; it works offline too. Where one cannot
 * write, it says why.
 *
 * @example <MessageComposer conversationId={id} />
 */
export const MessageComposer = forwardRef<ComposerHandle, MessageComposerProps>(function MessageComposer(props, ref) {
  const { conversationId, label, editing } = props
  const title = useConversationTitle(conversationId)
  const barrier = useWriteBarrier(conversationId)
  const own = useEditing(conversationId)
  const texts = useTexts().messages
  const write = (
    <Composer
      key={conversationId}
      ref={ref}
      conversationId={conversationId}
      label={label ?? texts.writeTo(title)}
      {...(editing ?? own.composerProps)}
    />
  )
  return (
    <ComponentRoot>{barrier ? <WriteBarrier conversationId={conversationId} reason={barrier} /> : write}</ComponentRoot>
  )
})
