import type { Message } from '@parley/protocol'
import { type KeyboardEvent, type Ref, useImperativeHandle, useLayoutEffect, useRef } from 'react'
import { useAutoGrow } from '../../headless/use-auto-grow.ts'
import { errorText } from '../../texts/error-text.ts'
import { IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Problem } from '../../ui/notice.tsx'
import { type ComposerOptions, useComposer } from './use-composer.ts'

interface ComposerProps extends ComposerOptions {
  conversationId: string
  /** What the field is for, such as "Message Ana". */
  label: string
  /** ArrowUp in the empty field: the own last message is wanted back. */
  onEditLast: () => void
  ref?: Ref<ComposerHandle>
}

export interface ComposerHandle {
  focus(): void
}

const number = new Intl.NumberFormat()
/** From so many characters left, the number is shown. */
const closeToLimit = 200

// Enter that ends the composition of a character is no Enter. 229 is how older Safari says so.
const isComposing = (event: KeyboardEvent) => event.nativeEvent.isComposing || event.keyCode === 229

/**
 * Where one writes. Enter sends, Shift+Enter makes a new line; it works offline too. Give it the conversation's id as
 * its key, for each conversation keeps a draft of its own.
 */
export function Composer({ conversationId, label, edited, onEditEnd, onEditLast, ref }: ComposerProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  const composer = useComposer(conversationId, { edited, onEditEnd })
  const { text, setText, submit, canSubmit, room } = composer
  useAutoGrow(field, text)
  useImperativeHandle(ref, () => ({ focus: () => field.current?.focus() }))
  const editedId = edited?.id
  useLayoutEffect(() => {
    if (editedId === undefined) return
    field.current?.focus()
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length)
  }, [editedId])

  const pressed = (event: KeyboardEvent) => {
    if (isComposing(event)) return
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault()
      submit()
    } else if (event.key === 'Escape' && edited) {
      event.preventDefault()
      onEditEnd()
    } else if (event.key === 'ArrowUp' && text === '' && !edited) {
      event.preventDefault()
      onEditLast()
    }
  }
  return (
    <form
      className="parley-composer"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      {edited && <EditNote onCancel={onEditEnd} />}
      <Problem>{errorText(composer.error)}</Problem>
      <div className="parley-composer__field">
        <textarea
          ref={field}
          className="parley-composer__text"
          data-region-entry
          rows={1}
          dir="auto"
          aria-label={label}
          placeholder={label}
          enterKeyHint="send"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={pressed}
        />
        {room < closeToLimit && (
          <span className="parley-composer__room" data-over={room < 0}>
            {number.format(room)}
            <span className="parley-visually-hidden"> characters left</span>
          </span>
        )}
        <IconButton
          type="submit"
          label={edited ? 'Save' : 'Send'}
          icon={edited ? 'check' : 'send'}
          look="primary"
          disabled={!canSubmit || composer.isSaving}
          // The field keeps the focus, and with it a phone its keyboard.
          onPointerDown={(event) => event.preventDefault()}
        />
      </div>
    </form>
  )
}

function EditNote({ onCancel }: { onCancel: () => void }) {
  return (
    <p className="parley-composer__note">
      <Icon name="edit" />
      <span>Editing your message</span>
      <kbd>Esc</kbd>
      <button type="button" className="parley-link" onClick={onCancel}>
        Cancel
      </button>
    </p>
  )
}

/** One's own last message that can be edited, in what is held. */
export function lastOwnMessage(messages: readonly Message[], me: string | undefined): Message | undefined {
  return messages.findLast(({ senderId, body, type }) => senderId === me && body?.kind === 'plain' && type !== 'system')
}
