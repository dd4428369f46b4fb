import type { Message } from '@parley/protocol'
import { mayDeleteOthersMessages } from '../memberships/permissions.ts'
import type { MessageViewer } from '../messages/message-extension.ts'

/**
 * May the viewer remove this message only as an administrator of the server? False if they are none, or if they can
 * delete it as its sender or as a moderator, admin or owner of the room. It does not check whether the message is
 * deleted or sent.
 */
export const mayRemoveAsAdministrator = (
  { senderId }: Pick<Message, 'senderId'>,
  { userId, role, isAdministrator }: MessageViewer,
) => isAdministrator && senderId !== userId && !mayDeleteOthersMessages(role)
