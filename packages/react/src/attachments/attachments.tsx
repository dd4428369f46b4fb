import type { MessageExtension } from '../messages/message-extension.ts'
import { AttachmentContent } from './content/attachment-content.tsx'

/** Shows the files of a message above its text: pictures, videos, sound, recordings and others. */
export const attachments: MessageExtension = {
  name: 'attachments',
  content: {
    part: 'attachments',
    Component: ({ message, body }) => (
      <AttachmentContent conversationId={message.conversationId} ids={body.attachments ?? []} />
    ),
  },
}
