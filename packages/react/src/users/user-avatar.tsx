import type { User } from '@parley/protocol'
import { PresenceDot } from '../presence/presence-dot.tsx'
import { Avatar } from '../ui/avatar.tsx'

interface UserAvatarProps {
  user: User | undefined
  size?: 'small' | 'medium' | 'large'
  /** Adds a dot that shows their presence. */
  withPresence?: boolean
}

/**
 * The picture of a user, or their initials on the colour of their id; an empty circle while `user` is undefined.
 * `withPresence` shows the presence as far as it is known, and does not watch it.
 */
export function UserAvatar({ user, size, withPresence }: UserAvatarProps) {
  return (
    <Avatar name={user?.displayName ?? '?'} seed={user?.id ?? ''} imageUrl={user?.avatarUrl} size={size}>
      {withPresence && user && <PresenceDot userId={user.id} />}
    </Avatar>
  )
}
