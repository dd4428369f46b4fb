import type { Message } from '@parley/protocol'
import { mayDeleteOthersMessages } from '../memberships/permissions.ts'
import type { MessageViewer } from '../messages/message-extension.ts'

/**
 * May the viewer remove this message only as an administrator? False if they can delete it as its sender or moderator.
 */
export const mayRemoveAsAdministrator = (
  { senderId }: Pick<Message, 'senderId'>,
  { userId, role, isAdministrator }: MessageViewer,
) => isAdministrator && senderId !== userId && !mayDeleteOthersMessages(role)
