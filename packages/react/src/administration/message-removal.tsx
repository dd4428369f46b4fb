import type { Message } from '@parley/protocol'
import { DeleteDialog } from '../messages/actions/delete-dialog.tsx'
import type { MessageExtension } from '../messages/message-extension.ts'
import { isPending } from '../messages/timeline/message-rows.ts'
import { mayRemoveAsAdministrator } from './may-remove.ts'

/** The action by which an administrator removes a message that they cannot delete as a member. */
export const messageRemoval: MessageExtension = {
  name: 'removal',
  actions: [
    {
      name: 'remove',
      label: ({ messages }) => messages.remove,
      icon: 'trash',
      isDanger: true,
      isOpenTo: (message, viewer) => !isPending(message) && mayRemoveAsAdministrator(message, viewer),
      run: (message, { open }) => open(message as Message, DeleteDialog),
    },
  ],
}
