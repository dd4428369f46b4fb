import type { Message } from '@parley/protocol'
import { useCallback } from 'react'
import { useStore } from 'zustand'
import { useChat, useChatSurface } from '../../hooks/use-chat.ts'
import { beginEdit, endEdit } from './edits.ts'

/** An edit that is going on, for a composer, and the way into one, for a list of messages. */
export interface Editing {
  onEdit: (message: Message) => void
  composerProps: { edited: Message | null; onEditEnd: () => void; onEditLast: () => void }
}

/** Which message of a conversation is being edited, and the ways into and out of an edit. The edit waits while another conversation is open. */
export function useEditing(conversationId: string): Editing {
  const chat = useChat()
  const { edits } = useChatSurface()
  const edited = useStore(edits, (begun) => begun[conversationId]?.message ?? null)
  const onEdit = useCallback((message: Message) => beginEdit(edits, conversationId, message), [edits, conversationId])
  const onEditEnd = useCallback(() => endEdit(edits, conversationId), [edits, conversationId])
  const onEditLast = useCallback(() => {
    const { conversations, me } = chat.store.getState()
    const held = conversations[conversationId]
    // The last one is still on its way: the one before it is not what is meant.
    if (!held || held.pending.length > 0) return
    const last = lastOwnMessage(held.messages, me?.id)
    if (last) onEdit(last)
  }, [chat, conversationId, onEdit])
  return { onEdit, composerProps: { edited, onEditEnd, onEditLast } }
}

/** One's own last message that can be edited, in what is held. */
function lastOwnMessage(messages: readonly Message[], me: string | undefined): Message | undefined {
  return messages.findLast(({ senderId, body, type }) => senderId === me && body?.kind === 'plain' && type !== 'system')
}
