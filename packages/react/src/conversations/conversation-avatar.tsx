import { useWatchPresence } from '../presence/use-presence.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'
import { UserAvatar } from '../users/user-avatar.tsx'
import { useConversation, useOtherPerson } from './use-conversations.ts'

interface ConversationAvatarProps {
  conversationId: string
  size?: 'small' | 'medium' | 'large'
  withPresence?: boolean
}

/** The other person's picture, with their presence if that is wanted, or the sign of a room: a hash, or a lock for a private one. */
export function ConversationAvatar({ conversationId, size, withPresence }: ConversationAvatarProps) {
  const conversationState = useConversation(conversationId)
  const other = useOtherPerson(conversationId)
  useWatchPresence(withPresence && other ? [other.id] : [])
  if (conversationState?.conversation.kind === 'direct')
    return <UserAvatar user={other} size={size} withPresence={withPresence} />
  const symbol = <Icon name={conversationState?.conversation.visibility === 'private' ? 'lock' : 'hash'} />
  return <Avatar name="" seed={conversationId} size={size} shape="square" symbol={symbol} />
}
