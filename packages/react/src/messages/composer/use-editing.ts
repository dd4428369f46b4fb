import type { Message } from '@parley/protocol'
import { useCallback } from 'react'
import { useStore } from 'zustand'
import { useChat, useChatSurface } from '../../hooks/use-chat.ts'
import { beginEdit, endEdit } from './edits.ts'

/**
 * Connects a list of messages with a composer: the list begins an edit with `onEdit`, the composer shows and ends it.
 */
export interface Editing {
  onEdit: (message: Message) => void
  composerProps: { edited: Message | null; onEditEnd: () => void; onEditLast: () => void }
}

/**
 * The edit that is begun in a conversation, for a list (`onEdit`) and a composer (`composerProps`). All calls for the
 * same conversation inside one `ChatProvider` share it, and it stays while another conversation is open. `onEdit`
 * replaces a begun edit and what was typed there; `onEditEnd` forgets it without saving. `onEditLast` begins to edit
 * the last own loaded message that is not deleted, not encrypted and not of type `system`; it does nothing if there is
 * none, or while a message of the conversation is being sent or has failed.
 */
export function useEditing(conversationId: string): Editing {
  const chat = useChat()
  const { edits } = useChatSurface()
  const edited = useStore(edits, (begun) => begun[conversationId]?.message ?? null)
  const onEdit = useCallback((message: Message) => beginEdit(edits, conversationId, message), [edits, conversationId])
  const onEditEnd = useCallback(() => endEdit(edits, conversationId), [edits, conversationId])
  const onEditLast = useCallback(() => {
    const { conversations, me } = chat.store.getState()
    const conversationState = conversations[conversationId]
    // While the last message is being sent, an older one would not be the last.
    if (!conversationState || conversationState.pending.length > 0) return
    const last = lastOwnMessage(conversationState.messages, me?.id)
    if (last) onEdit(last)
  }, [chat, conversationId, onEdit])
  return { onEdit, composerProps: { edited, onEditEnd, onEditLast } }
}

/** The last own message in the loaded window that can be edited. */
function lastOwnMessage(messages: readonly Message[], me: string | undefined): Message | undefined {
  return messages.findLast(({ senderId, body, type }) => senderId === me && body?.kind === 'plain' && type !== 'system')
}
