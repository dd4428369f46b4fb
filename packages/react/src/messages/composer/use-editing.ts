import type { Message } from '@parley/protocol'
import { useCallback, useState } from 'react'
import { useChat } from '../../hooks/use-chat.ts'

/** An edit that is going on, for a composer, and the way into one, for a list of messages. */
export interface Editing {
  onEdit: (message: Message) => void
  composerProps: { edited: Message | null; onEditEnd: () => void; onEditLast: () => void }
}

/** Which message of a conversation is being edited, and the ways into and out of an edit. */
export function useEditing(conversationId: string): Editing {
  const chat = useChat()
  const [begun, onEdit] = useState<Message | null>(null)
  // A composer that goes on to another conversation leaves the edit behind.
  const edited = begun?.conversationId === conversationId ? begun : null
  const onEditEnd = useCallback(() => onEdit(null), [])
  const onEditLast = useCallback(() => {
    const { conversations, me } = chat.store.getState()
    const held = conversations[conversationId]
    // The last one is still on its way: the one before it is not what is meant.
    if (!held || held.pending.length > 0) return
    const last = lastOwnMessage(held.messages, me?.id)
    if (last) onEdit(last)
  }, [chat, conversationId])
  return { onEdit, composerProps: { edited, onEditEnd, onEditLast } }
}

/** One's own last message that can be edited, in what is held. */
function lastOwnMessage(messages: readonly Message[], me: string | undefined): Message | undefined {
  return messages.findLast(({ senderId, body, type }) => senderId === me && body?.kind === 'plain' && type !== 'system')
}
