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
  /** The label of the field. Default: "Message Ana". */
  label?: string
  /** The `composerProps` of `useEditing`. Default: those of this conversation, which shares its edits by its id. */
  editing?: Editing['composerProps']
}

/**
 * The form for writing into a conversation, with a draft for each one: Enter sends, Shift+Enter makes a new line; new
 * messages can be sent offline, too. The row of a message, not the form, shows that the server refused it. In a direct
 * conversation, if the person blocks the other one, or an unsent message is there that was refused because they are no
 * contacts, it says why instead, and `ref` is null. It checks nothing else: in a room, or for an unknown id, the form
 * is there.
 *
 * @example <MessageComposer conversationId={id} />
 */
export const MessageComposer = forwardRef<ComposerHandle, MessageComposerProps>(function MessageComposer(props, ref) {
  const { conversationId, label, editing } = props
  const title = useConversationTitle(conversationId)
  const barrier = useWriteBarrier(conversationId)
  const own = useEditing(conversationId)
  const texts = useTexts().messages
  const composer = (
    <Composer
      key={conversationId}
      ref={ref}
      conversationId={conversationId}
      label={label ?? texts.writeTo(title)}
      {...(editing ?? own.composerProps)}
    />
  )
  return (
    <ComponentRoot>
      {barrier ? <WriteBarrier conversationId={conversationId} reason={barrier} /> : composer}
    </ComponentRoot>
  )
})
