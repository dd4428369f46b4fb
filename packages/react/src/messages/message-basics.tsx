import { mayDeleteOthersMessages } from '../memberships/permissions.ts'
import { DeleteDialog } from './actions/delete-dialog.tsx'
import type { MessageAction, MessageExtension } from './message-extension.ts'
import { MessageText } from './message-text.tsx'
import { isPending } from './timeline/message-rows.ts'

const copy: MessageAction = {
  name: 'copy',
  label: ({ messages }) => messages.copy,
  icon: 'copy',
  isInBar: true,
  key: 'c',
  isOpenTo: (message) => !isPending(message) && message.body?.kind === 'plain' && message.body.text.trim() !== '',
  run: ({ body }) => void (body?.kind === 'plain' && navigator.clipboard?.writeText(body.text)),
}

const edit: MessageAction = {
  name: 'edit',
  label: ({ messages }) => messages.edit,
  icon: 'edit',
  isInBar: true,
  key: 'e',
  isOpenTo: (message, { userId }) =>
    !isPending(message) && message.body?.kind === 'plain' && message.senderId === userId,
  run: (message, { edit }) => void (!isPending(message) && edit(message)),
}

const remove: MessageAction = {
  name: 'delete',
  label: ({ messages }) => messages.delete,
  icon: 'trash',
  isDanger: true,
  key: 'delete',
  isOpenTo: (message, { userId, role }) =>
    isPending(message) ? message.status === 'failed' : message.senderId === userId || mayDeleteOthersMessages(role),
  run: (message, { chat, open }) =>
    isPending(message) ? chat.messages.cancel(message.id) : open(message, DeleteDialog),
}

/** What every message has: its text, and copy, edit and delete. */
export const messageBasics: MessageExtension = {
  name: 'basics',
  content: {
    part: 'text',
    Component: ({ body }) => (
      <span className="parley-bubble__text">
        <MessageText text={body.text} />
      </span>
    ),
  },
  actions: [copy, edit, remove],
}
