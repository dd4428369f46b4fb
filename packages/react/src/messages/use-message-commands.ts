import type { ConversationState } from '@parley/client'
import type { Message } from '@parley/protocol'
import { useMemo, useRef } from 'react'
import { useChat } from '../hooks/use-chat.ts'
import { mayDeleteOthersMessages } from '../memberships/permissions.ts'
import type { MessageDeeds } from './message-item.tsx'
import { isPending, type ShownMessage, shownMessages } from './timeline/message-rows.ts'

const focusRow = (messageId: string) =>
  document.querySelector<HTMLElement>(`[data-row="${CSS.escape(messageId)}"]`)?.focus()

/** What can be done with messages, by a button and by a key. A key does only what the row's buttons offer. */
export function useMessageDeeds(
  held: ConversationState,
  onEdit: (message: Message) => void,
  onRemove: (message: Message) => void,
) {
  const chat = useChat()
  const latest = useRef({ held, onEdit, onRemove })
  latest.current = { held, onEdit, onRemove }
  return useMemo(() => {
    const deeds: MessageDeeds = {
      copy: ({ body }) => void (body?.kind === 'plain' && navigator.clipboard?.writeText(body.text)),
      edit: (message) => void (!isPending(message) && latest.current.onEdit(message)),
      retry: ({ id }) => void chat.messages.retry(id),
      remove: (message) => {
        if (isPending(message)) return void chat.messages.cancel(message.id)
        // Its button goes with the message: the row stays, and gets the focus back from the dialog.
        focusRow(message.id)
        latest.current.onRemove(message)
      },
    }
    const byKey = (key: string, deed: keyof MessageDeeds) => {
      const { held } = latest.current
      const message = shownMessages(held).find(({ id }) => id === key)
      if (message && isOpenTo(deed, message, held, chat.store.getState().me?.id)) deeds[deed](message)
    }
    return { deeds, byKey }
  }, [chat])
}

function isOpenTo(deed: keyof MessageDeeds, message: ShownMessage, held: ConversationState, me?: string): boolean {
  if (message.body === null || message.type === 'system') return false
  if (isPending(message)) return deed === 'remove' && message.status === 'failed'
  if (deed === 'edit') return message.senderId === me
  if (deed === 'remove') return message.senderId === me || mayDeleteOthersMessages(held, me)
  return true
}
