import type { ConversationState } from '@parley/client'
import { useMemo } from 'react'
import { useChatState } from '../hooks/use-chat.ts'
import type { SendStage } from '../receipts/send-state.tsx'
import { type OthersReceipts, useOthersReceipts } from '../receipts/use-receipts.ts'
import { useTexts } from '../texts/use-texts.ts'
import type { MessageCommands, MessageViewer } from './message-extension.ts'
import { MessageItem } from './message-item.tsx'
import { isPending, type MessageRow, type ShownMessage, shownMessages } from './timeline/message-rows.ts'
import { useMessageLook } from './timeline/use-message-look.ts'

interface MessageRowsProps {
  held: ConversationState
  rows: readonly MessageRow[]
  entryKey: string | null
  viewer: MessageViewer
  commands: MessageCommands
}

/** How far one's own message has come. */
function stageOf(message: ShownMessage, others: OthersReceipts): SendStage {
  if (isPending(message)) {
    if (message.status === 'failed') return 'failed'
    return message.seq === null ? 'waiting' : 'sent'
  }
  if (message.seq <= others.sinceSeq) return 'sent'
  if (message.seq <= others.readSeq) return 'read'
  return message.seq <= others.deliveredSeq ? 'delivered' : 'sent'
}

/** The stages to show: each on the newest message that has come so far, and every failure. */
function shownStages(held: ConversationState, me: string | undefined, others: OthersReceipts): Map<string, SendStage> {
  const shown = new Map<string, SendStage>()
  const seen = new Set<SendStage>()
  const messages = shownMessages(held)
  for (let at = messages.length - 1; at >= 0; at--) {
    const message = messages[at]
    if (!message || message.senderId !== me || message.type === 'system' || message.body === null) continue
    const stage = stageOf(message, others)
    if (stage === 'failed' || !seen.has(stage)) shown.set(message.id, stage)
    seen.add(stage)
    // What is older than a message that everybody has read was read, too.
    if (stage === 'read') break
  }
  return shown
}

/** The rows as a plain list. */
export function MessageRows({ held, rows, entryKey, viewer, commands }: MessageRowsProps) {
  const { id, kind } = held.conversation
  const users = useChatState((state) => state.users)
  const others = useOthersReceipts(id)
  const texts = useTexts().messages
  const look = useMessageLook(id)
  const stages = useMemo(() => shownStages(held, viewer.userId, others), [held, viewer.userId, others])
  const entry = rows.some(({ message }) => message.id === entryKey) ? entryKey : rows.at(-1)?.message.id
  return (
    <ol className="parley-rows" aria-label={texts.messages}>
      {rows.map(({ message, ...row }) => {
        const isOwn = message.senderId === viewer.userId
        return (
          <MessageItem
            key={message.id}
            {...row}
            message={message}
            look={look}
            isOwn={isOwn}
            isSigned={look === 'rows' || (kind === 'room' && !isOwn)}
            sender={users[message.senderId]}
            stage={stages.get(message.id) ?? null}
            isEntry={message.id === entry}
            viewer={viewer}
            commands={commands}
          />
        )
      })}
    </ol>
  )
}
