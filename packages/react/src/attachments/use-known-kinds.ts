import type { ConversationState, PendingMessage } from '@parley/client'
import type { Attachment, Message } from '@parley/protocol'
import { useChatSelection } from '../hooks/use-chat.ts'

type Kinds = Readonly<Record<string, Pick<Attachment, 'kind'>>>

const none: readonly string[] = []

/** What the attachments of a message are, also those that are on their way from here. */
export function useKnownKinds(message: Message | PendingMessage | null, held: ConversationState): Kinds {
  const ids = (message?.body?.kind === 'plain' && message.body.attachments) || none
  const uploaded = useChatSelection(({ uploads }) => ids.map((id) => uploads[id]?.kind))
  const own = ids.flatMap((id, at) => {
    const kind = uploaded[at]
    return kind === undefined ? [] : [[id, { kind }] as const]
  })
  return own.length === 0 ? held.attachments : { ...Object.fromEntries(own), ...held.attachments }
}
