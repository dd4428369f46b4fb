import { useMemo } from 'react'
import { useOwnRole } from '../../memberships/use-members.ts'
import { useMe } from '../../users/use-users.ts'
import type { MessageViewer } from '../message-extension.ts'

/** Who looks at the messages of a conversation. */
export function useViewer(conversationId: string): MessageViewer {
  const userId = useMe()?.id
  const role = useOwnRole(conversationId)
  return useMemo(() => ({ userId, role }), [userId, role])
}
