import type { Message } from '@parley/protocol'
import { limits } from '@parley/protocol/limits'
import { useState } from 'react'
import { useAction } from '../ui/use-action.ts'
import { useChat, useChatState, useChatSurface } from '../use-chat.ts'

export interface ComposerOptions {
  /** The message that is being edited instead of a new one being written. */
  edited: Message | null
  /** The edit is saved, or given up. */
  onEditEnd: () => void
}

const textOf = (message: Message | null): string => (message?.body?.kind === 'plain' ? message.body.text : '')

/** What is being written in a conversation: a draft that is kept, or an edit. Without any looks, for a form of one's own. */
export function useComposer(conversationId: string, { edited, onEditEnd }: ComposerOptions) {
  const chat = useChat()
  const { drafts } = useChatSurface()
  const me = useChatState((state) => state.me?.id ?? '')
  const [draft, setDraft] = useState(() => drafts.read(me, conversationId))
  const editedId = edited?.id
  const [edit, setEdit] = useState({ id: editedId, text: textOf(edited) })
  // An edit begins with another message, not with a new state of the same one; and before the field is shown, for what
  // is typed into it at once belongs behind the message's own text.
  if (edit.id !== editedId) setEdit({ id: editedId, text: textOf(edited) })

  const text = edited ? edit.text : draft
  const length = [...text].length
  const canSubmit = text.trim() !== '' && length <= limits.text

  const keep = (next: string) => {
    setDraft(next)
    drafts.write(me, conversationId, next)
  }
  const setText = (next: string) => {
    if (edited) return setEdit({ id: edited.id, text: next })
    keep(next)
    if (next.trim()) chat.typing.keystroke(conversationId)
    else chat.typing.stop(conversationId)
  }
  const save = useAction(async (message: Message) => {
    if (edit.text.trim() !== textOf(message)) await chat.messages.edit(message.id, edit.text.trim())
    onEditEnd()
  })
  const submit = () => {
    if (!canSubmit) return
    if (edited) return void save.run(edited)
    // A refusal shows in the row itself, with what can be done about it.
    chat.messages.send(conversationId, text.trim()).settled.catch(() => undefined)
    keep('')
  }
  return { text, setText, submit, canSubmit, room: limits.text - length, isSaving: save.isRunning, error: save.error }
}
