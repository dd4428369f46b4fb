import type { ConversationState, PendingMessage } from '@parley/client'
import type { Attachment, Message } from '@parley/protocol'
import { useChatSelection } from '../hooks/use-chat.ts'

type Kinds = Readonly<Record<string, Pick<Attachment, 'kind'>>>

const none: readonly string[] = []

/**
 * The kinds of the loaded attachments of a conversation by id, with those in `message` that are being uploaded from
 * here. An unknown id is missing.
 */
export function useKnownKinds(message: Message | PendingMessage | null, conversationState: ConversationState): Kinds {
  const ids = (message?.body?.kind === 'plain' && message.body.attachments) || none
  const uploaded = useChatSelection(({ uploads }) => ids.map((id) => uploads[id]?.kind))
  const own = ids.flatMap((id, at) => {
    const kind = uploaded[at]
    return kind === undefined ? [] : [[id, { kind }] as const]
  })
  return own.length === 0
    ? conversationState.attachments
    : { ...Object.fromEntries(own), ...conversationState.attachments }
}
