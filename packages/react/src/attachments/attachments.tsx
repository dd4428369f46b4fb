import type { MessageExtension } from '../messages/message-extension.ts'
import { AttachmentContent } from './content/attachment-content.tsx'

/** Files of a message: pictures, films, sound, recordings and everything else, above its text. */
export const attachments: MessageExtension = {
  name: 'attachments',
  content: {
    part: 'attachments',
    Component: ({ message, body }) => (
      <AttachmentContent conversationId={message.conversationId} ids={body.attachments ?? []} />
    ),
  },
}
