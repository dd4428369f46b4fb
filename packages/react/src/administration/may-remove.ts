import type { Message } from '@parley/protocol'
import { mayDeleteOthersMessages } from '../memberships/permissions.ts'
import type { MessageViewer } from '../messages/message-extension.ts'

/** Does the viewer remove this message as an administrator, because their membership does not let them delete it? */
export const mayRemove = ({ senderId }: Pick<Message, 'senderId'>, { userId, role, isAdministrator }: MessageViewer) =>
  isAdministrator && senderId !== userId && !mayDeleteOthersMessages(role)
