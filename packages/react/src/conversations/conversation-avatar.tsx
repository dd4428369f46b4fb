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

/**
 * The picture of the other person of a direct conversation, or the initials of a room: a hash if its name has neither
 * letters nor digits, also while the conversation is not known. With `withPresence` it shows the presence of the
 * person, and watches it while it is mounted.
 */
export function ConversationAvatar({ conversationId, size, withPresence }: ConversationAvatarProps) {
  const conversationState = useConversation(conversationId)
  const other = useOtherPerson(conversationId)
  useWatchPresence(withPresence && other ? [other.id] : [])
  if (conversationState?.conversation.kind === 'direct')
    return <UserAvatar user={other} size={size} withPresence={withPresence} />
  const name = conversationState?.conversation.name ?? ''
  return <Avatar name={name} seed={conversationId} size={size} shape="square" symbol={<Icon name="hash" />} />
}
