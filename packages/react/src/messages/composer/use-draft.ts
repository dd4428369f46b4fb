import { useEffect, useState } from 'react'
import { useChatState, useChatSurface } from '../../hooks/use-chat.ts'

/**
 * The typed text of a conversation, and `store`, which replaces and stores it. It reads the stored text once: at the
 * first render, or as soon as the user is known, so use the conversation's id as React key. A text that was typed
 * before the user is known wins, and is stored then; not earlier, because the next visit can be that of another user.
 */
export function useDraft(conversationId: string) {
  const { drafts } = useChatSurface()
  const me = useChatState((state) => state.me?.id)
  const read = (userId = me) => (userId === undefined ? '' : drafts.read(userId, conversationId))
  const [draft, setDraft] = useState(() => ({ me, text: read(), isStored: true }))
  if (draft.me === undefined && me !== undefined) setDraft({ ...draft, me, text: draft.text || read() })
  const { text, isStored } = draft
  useEffect(() => {
    if (me !== undefined && !isStored) drafts.write(me, conversationId, text)
  }, [drafts, me, conversationId, text, isStored])
  const store = (next: string) => {
    if (me !== undefined) drafts.write(me, conversationId, next)
    setDraft({ me, text: next, isStored: me !== undefined })
  }
  return { text, store }
}
