import type { MessageAction, MessageExtension } from '../messages/message-extension.ts'
import { isPending } from '../messages/timeline/message-rows.ts'
import { ReadersDialog } from './readers-dialog.tsx'

const seeReaders: MessageAction = {
  name: 'readers',
  label: ({ receipts }) => receipts.readers,
  icon: { path: 'M2.5 12.5l4 4L15 8M10.5 15l1.5 1.5L20.5 8' },
  isOpenTo: (message, { userId }) => !isPending(message) && message.senderId === userId,
  run: (message, { open }) => void (!isPending(message) && open(message, ReadersDialog)),
}

/** The action on own messages that shows their readers. */
export const receipts: MessageExtension = { name: 'receipts', actions: [seeReaders] }
