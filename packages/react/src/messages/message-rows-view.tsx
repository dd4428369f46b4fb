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
  conversationState: ConversationState
  rows: readonly MessageRow[]
  entryKey: string | null
  viewer: MessageViewer
  commands: MessageCommands
}

/** The stage of an own message: a sent one is delivered or read when it is so for all other members. */
function stageOf(message: ShownMessage, others: OthersReceipts): SendStage {
  if (isPending(message)) {
    if (message.status === 'failed') return 'failed'
    return message.seq === null ? 'waiting' : 'sent'
  }
  if (message.seq <= others.sinceSeq) return 'sent'
  if (message.seq <= others.readSeq) return 'read'
  return message.seq <= others.deliveredSeq ? 'delivered' : 'sent'
}

/** The stages to show, by message id: each stage only on the newest message that has it, and every failure. */
function shownStages(
  conversationState: ConversationState,
  me: string | undefined,
  others: OthersReceipts,
): Map<string, SendStage> {
  const shown = new Map<string, SendStage>()
  const seen = new Set<SendStage>()
  const messages = shownMessages(conversationState)
  for (let at = messages.length - 1; at >= 0; at--) {
    const message = messages[at]
    if (!message || message.senderId !== me || message.type === 'system' || message.body === null) continue
    const stage = stageOf(message, others)
    if (stage === 'failed' || !seen.has(stage)) shown.set(message.id, stage)
    seen.add(stage)
    // Everybody has read all older messages, too.
    if (stage === 'read') break
  }
  return shown
}

/**
 * The given `rows` of a conversation as an `<ol>`, empty for none. It loads nothing, and renders again when names or
 * receipts in the state change. Of the own messages, only the newest of each stage (such as sent or read) shows it,
 * and every failed one. Tab focuses the row whose message id is `entryKey`, or the last row if that is null or not
 * among the rows.
 */
export function MessageRows({ conversationState, rows, entryKey, viewer, commands }: MessageRowsProps) {
  const { id, kind } = conversationState.conversation
  const users = useChatState((state) => state.users)
  const others = useOthersReceipts(id)
  const texts = useTexts().messages
  const look = useMessageLook(id)
  const stages = useMemo(
    () => shownStages(conversationState, viewer.userId, others),
    [conversationState, viewer.userId, others],
  )
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
