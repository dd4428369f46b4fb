import { useEffect, useState } from 'react'
import { useChatState, useChatSurface } from '../../hooks/use-chat.ts'

/**
 * The typed text of a conversation, and `store`, which replaces and stores it. It reads the stored text once: at the
 * first render, or as soon as the user is known; by then a text that was typed before wins. Nothing is stored before
 * the user is known, because the next visit can be that of another one.
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
