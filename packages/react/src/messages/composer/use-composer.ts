import type { Message } from '@parley/protocol'
import { captionProblem } from '@parley/protocol/features/message-rules'
import { limits } from '@parley/protocol/limits'
import { useRef, useState } from 'react'
import { useChat, useChatSurface } from '../../hooks/use-chat.ts'
import { draftPartsOf, hasParts } from './draft-parts.ts'
import { changeEdit, type EditsStore, initialEditText, textOf } from './edits.ts'
import { useDraft } from './use-draft.ts'
import { useDraftParts } from './use-draft-parts.ts'

export interface ComposerOptions {
  /** The message that is being edited; null while a new one is written. */
  edited: Message | null
  /** The edit was saved or cancelled. */
  onEditEnd: () => void
}

interface Edit {
  id: string | undefined
  text: string
  isSaving: boolean
  error: unknown
}

/** A new edit, or one that was left earlier, with its text. */
const editOf = (message: Message | null, edits: EditsStore): Edit => ({
  id: message?.id,
  text: initialEditText(message, edits),
  isSaving: false,
  error: null,
})

/** The parts of a message's body other than its text. */
function partsOf(message: Message): object {
  if (message.body?.kind !== 'plain') return {}
  const { kind: _, text: __, ...parts } = message.body
  return parts
}

/** An edit keeps parts that it does not name; but a body without text must name at least one part. */
const editContent = (message: Message, text: string) => (text === '' ? { text, ...partsOf(message) } : text)

/** The text as it is sent: without blank lines around it. Keeps the spaces at the start of its first line. */
const withoutBlankLines = (text: string): string => text.replace(/^(?:[^\S\n]*\n)+/u, '').trimEnd()

/** The present edit, which is stored in case the person changes to another conversation and comes back. */
function useEdit(edited: Message | null) {
  const { edits } = useChatSurface()
  const [edit, setEdit] = useState(() => editOf(edited, edits))
  const latest = useRef(edit)
  latest.current = edit
  // Begins a new edit for another message, not for a new state of the same one. Before the field is rendered, because
  // what the person types at once must follow the message's text.
  if (edit.id !== edited?.id) setEdit(editOf(edited, edits))
  const changeText = (message: Message, text: string) => {
    changeEdit(edits, message, text)
    setEdit((now) => ({ ...now, text }))
  }
  return { edit, setEdit, latest, changeText }
}

/**
 * The state of a composer: the draft of a conversation (see `useDraft`: use its id as React key), or the edit of
 * `edited`. `setText` also reports typing, but not during an edit. `submit` does nothing if `canSubmit` is false or a
 * save is running. It leaves out blank lines around the text, then sends it with the other parts of the draft and
 * empties both at once; or it saves the edit and, after success, calls `onEditEnd`, unless the person has typed further
 * or left that edit. `problem`: why the text cannot be sent; null for an empty one. `error`: that of the last save; the
 * row of a sent message shows its own. `room`: characters left, can be negative.
 */
export function useComposer(conversationId: string, { edited, onEditEnd }: ComposerOptions) {
  const chat = useChat()
  const { draftParts } = useChatSurface()
  const draft = useDraft(conversationId)
  const own = useDraftParts(conversationId)
  const { edit, setEdit, latest, changeText } = useEdit(edited)

  const text = edited ? edit.text : draft.text
  const sendable = withoutBlankLines(text)
  const parts = edited ? partsOf(edited) : own.parts
  // Checked as a caption, which may be empty: an empty field is not a mistake.
  const problem = captionProblem(sendable)
  const canSubmit = (sendable !== '' || hasParts(parts)) && problem === null

  const setText = (next: string) => {
    if (edited) return changeText(edited, next)
    draft.store(next)
    if (next.trim()) chat.typing.keystroke(conversationId)
    else chat.typing.stop(conversationId)
  }
  const save = async (message: Message, saved: string) => {
    // Meanwhile the person may have typed further, begun another edit, or cancelled this one.
    const change = (to: Partial<Edit>) => setEdit((now) => (now.id === message.id ? { ...now, ...to } : now))
    change({ isSaving: true, error: null })
    try {
      if (saved !== textOf(message)) await chat.messages.edit(message.id, editContent(message, saved))
      change({ isSaving: false })
      if (latest.current.id === message.id && withoutBlankLines(latest.current.text) === saved) onEditEnd()
    } catch (error) {
      change({ isSaving: false, error })
    }
  }
  const submit = () => {
    if (!canSubmit || edit.isSaving) return
    if (edited) return void save(edited, sendable)
    // The row of the message shows a refusal, with buttons to retry and to delete it.
    const content = { text: sendable, ...draftPartsOf(draftParts, conversationId) }
    chat.messages.send(conversationId, content).settled.catch(() => undefined)
    draft.store('')
    draftParts.setState({ [conversationId]: {} })
  }
  const room = limits.text - [...sendable].length
  const isEmpty = !edited && sendable === '' && !hasParts(parts)
  return { text, setText, submit, canSubmit, isEmpty, problem, room, isSaving: edit.isSaving, error: edit.error }
}
