import { type FormEvent, type KeyboardEvent, useCallback, useLayoutEffect, useRef } from 'react'
import { useAutoGrow } from './use-auto-grow.ts'

export interface ComposerFieldOptions {
  text: string
  /** The id of the message that is being edited; undefined for a new message. */
  editedId: string | undefined
  onSubmit: () => void
  /** Escape was pressed during an edit. */
  onEditEnd: () => void
  /** ArrowUp was pressed in the empty field, to edit the last own message. */
  onEditLast: () => void
}

// Enter may end the composition of a character by an input method. Older Safari reports that as key code 229.
const isComposing = (event: KeyboardEvent) => event.nativeEvent.isComposing || event.keyCode === 229

/**
 * The behaviour of a composer's field: Enter submits, also an empty text; Shift+Enter and Alt+Enter do not. Escape
 * calls `onEditEnd` during an edit; ArrowUp in an empty field calls `onEditLast`, except during an edit. The start of
 * an edit focuses the field with the caret at the end. The field grows with its text. It neither changes nor empties
 * `text`. Keys that compose a character do nothing.
 *
 * @example
 * const field = useComposerField({ text, editedId, onSubmit, onEditEnd, onEditLast })
 * <form onSubmit={field.onSubmit}><textarea ref={field.ref} onKeyDown={field.onKeyDown} value={text} … /></form>
 */
export function useComposerField({ text, editedId, onSubmit, onEditEnd, onEditLast }: ComposerFieldOptions) {
  const ref = useRef<HTMLTextAreaElement>(null)
  useAutoGrow(ref, text)
  useLayoutEffect(() => {
    if (editedId === undefined) return
    ref.current?.focus()
    ref.current?.setSelectionRange(ref.current.value.length, ref.current.value.length)
  }, [editedId])
  const actionOf = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) return onSubmit
    if (event.key === 'Escape' && editedId !== undefined) return onEditEnd
    if (event.key === 'ArrowUp' && text === '' && editedId === undefined) return onEditLast
    return undefined
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const act = isComposing(event) ? undefined : actionOf(event)
    if (!act) return
    event.preventDefault()
    act()
  }
  return {
    ref,
    focus: useCallback(() => ref.current?.focus(), []),
    onKeyDown,
    onSubmit: (event: FormEvent) => {
      event.preventDefault()
      onSubmit()
    },
  }
}
