import type { Message } from '@parley/protocol'
import { captionProblem } from '@parley/protocol/features/message-rules'
import { limits } from '@parley/protocol/limits'
import { useRef, useState } from 'react'
import { useChat, useChatState, useChatSurface } from '../../hooks/use-chat.ts'
import { draftPartsOf, hasParts } from './draft-parts.ts'
import { beginningOf, changeEdit, type EditsStore, textOf } from './edits.ts'
import { useDraftParts } from './use-draft-parts.ts'

export interface ComposerOptions {
  /** The message that is being edited instead of a new one being written. */
  edited: Message | null
  /** The edit is saved, or given up. */
  onEditEnd: () => void
}

interface Edit {
  id: string | undefined
  text: string
  isSaving: boolean
  error: unknown
}

/** An edit as it begins, or as it was left. */
const editOf = (message: Message | null, edits: EditsStore): Edit => ({
  id: message?.id,
  text: beginningOf(message, edits),
  isSaving: false,
  error: null,
})

/** What a message has beside its text. */
function partsOf(message: Message): object {
  if (message.body?.kind !== 'plain') return {}
  const { kind: _, text: __, ...parts } = message.body
  return parts
}

/** An edit leaves alone what it does not name; but without a text it must name something. */
const editedTo = (message: Message, text: string) => (text === '' ? { text, ...partsOf(message) } : text)

/** As it is sent: spaces at the start of a line may mean something, and blank lines around the text do not. */
const withoutMargin = (text: string): string => text.replace(/^(?:[^\S\n]*\n)+/u, '').trimEnd()

/** The edit that is going on, which is kept for who leaves it and comes back. */
function useEdit(edited: Message | null) {
  const { edits } = useChatSurface()
  const [edit, setEdit] = useState(() => editOf(edited, edits))
  const latest = useRef(edit)
  latest.current = edit
  // An edit begins with another message, not with a new state of the same one; and before the field is shown, for what
  // is typed into it at once belongs behind the message's own text.
  if (edit.id !== edited?.id) setEdit(editOf(edited, edits))
  const changeText = (message: Message, text: string) => {
    changeEdit(edits, message, text)
    setEdit((now) => ({ ...now, text }))
  }
  return { edit, setEdit, latest, changeText }
}

/** What is being written in a conversation: a draft that is kept, or an edit. Without any looks, for a form of one's own. */
export function useComposer(conversationId: string, { edited, onEditEnd }: ComposerOptions) {
  const chat = useChat()
  const { drafts, draftParts } = useChatSurface()
  const me = useChatState((state) => state.me?.id ?? '')
  const [draft, setDraft] = useState(() => drafts.read(me, conversationId))
  const own = useDraftParts(conversationId)
  const { edit, setEdit, latest, changeText } = useEdit(edited)

  const text = edited ? edit.text : draft
  const said = withoutMargin(text)
  const parts = edited ? partsOf(edited) : own.parts
  // An empty field is no mistake of the person who is about to write.
  const problem = captionProblem(said)
  const canSubmit = (said !== '' || hasParts(parts)) && problem === null

  const keep = (next: string) => {
    setDraft(next)
    drafts.write(me, conversationId, next)
  }
  const setText = (next: string) => {
    if (edited) return changeText(edited, next)
    keep(next)
    if (next.trim()) chat.typing.keystroke(conversationId)
    else chat.typing.stop(conversationId)
  }
  const save = async (message: Message, saved: string) => {
    // The person may have gone on meanwhile: with this edit, with another, or with none.
    const change = (to: Partial<Edit>) => setEdit((now) => (now.id === message.id ? { ...now, ...to } : now))
    change({ isSaving: true, error: null })
    try {
      if (saved !== textOf(message)) await chat.messages.edit(message.id, editedTo(message, saved))
      change({ isSaving: false })
      if (latest.current.id === message.id && withoutMargin(latest.current.text) === saved) onEditEnd()
    } catch (error) {
      change({ isSaving: false, error })
    }
  }
  const submit = () => {
    if (!canSubmit || edit.isSaving) return
    if (edited) return void save(edited, said)
    // A refusal shows in the row itself, with what can be done about it.
    const content = { text: said, ...draftPartsOf(draftParts, conversationId) }
    chat.messages.send(conversationId, content).settled.catch(() => undefined)
    keep('')
    draftParts.setState({ [conversationId]: {} })
  }
  const room = limits.text - [...said].length
  const isEmpty = !edited && said === '' && !hasParts(parts)
  return { text, setText, submit, canSubmit, isEmpty, problem, room, isSaving: edit.isSaving, error: edit.error }
}
