import { useMemo } from 'react'
import { useOwnRole } from '../../memberships/use-members.ts'
import { useMe } from '../../users/use-users.ts'
import type { MessageViewer } from '../message-extension.ts'

/**
 * The own user as the viewer of a conversation's messages: id, role (undefined in a direct conversation, and if they
 * are no active member of the room) and whether they are an administrator of the server. The same object until one of
 * these changes; `userId` is undefined before the first sync.
 */
export function useViewer(conversationId: string): MessageViewer {
  const me = useMe()
  const userId = me?.id
  const isAdministrator = me?.role === 'admin'
  const role = useOwnRole(conversationId)
  return useMemo(() => ({ userId, role, isAdministrator }), [userId, role, isAdministrator])
}
