import type { Role } from '@parley/protocol'
import { type Action, useAction } from '../hooks/use-action.ts'
import { useChat } from '../hooks/use-chat.ts'
import { errorText } from '../texts/error-text.ts'
import { IconButton } from '../ui/button.tsx'
import { Menu, type MenuItem } from '../ui/menu.tsx'
import { Problem } from '../ui/notice.tsx'
import { PersonName } from '../users/people-search.tsx'
import { useMe } from '../users/use-users.ts'
import { UserAvatar } from '../users/user-avatar.tsx'
import { grantableRoles, mayRemove } from './permissions.ts'
import { type Member, useOwnRole } from './use-members.ts'

const roleNames: Record<Role, string> = {
  owner: 'Owner',
  admin: 'Admin',
  moderator: 'Moderator',
  member: 'Member',
}

interface MemberItemProps {
  member: Member
  onOpen: (conversationId: string) => void
}

/** A member with their presence and role, and a menu of what one may do. */
export function MemberItem({ member, onOpen }: MemberItemProps) {
  const { user, membership } = member
  const me = useMe()
  const isMe = user.id === me?.id
  const { groups, error } = useMemberActions(member, onOpen)
  const role = membership.role === 'member' ? '' : roleNames[membership.role]
  return (
    <li className="parley-person parley-member">
      <UserAvatar user={user} size="small" withPresence={membership.state === 'active'} />
      <span className="parley-person__names">
        <PersonName user={user} note={isMe ? 'you' : undefined} />
        <Problem>{errorText(error)}</Problem>
      </span>
      {role && <span className="parley-role">{role}</span>}
      {!isMe && (
        <Menu
          label={`What to do with ${user.displayName}`}
          groups={groups}
          trigger={(props) => <IconButton {...props} label={`More about ${user.displayName}`} icon="more" />}
        />
      )}
    </li>
  )
}

function useMemberActions({ user, membership }: Member, onOpen: (conversationId: string) => void) {
  const chat = useChat()
  const { conversationId } = membership
  const ownRole = useOwnRole(conversationId)
  const isActive = membership.state === 'active'
  const write = useAction(async () => onOpen((await chat.conversations.openDirect({ userId: user.id })).id))
  const setRole = useAction((role: Role) => chat.memberships.setRole(conversationId, user.id, role))
  const remove = useAction((ban: boolean) => chat.memberships.remove(conversationId, user.id, { ban }))

  const roles = isActive ? roleItems(grantableRoles(ownRole, membership), membership.role, setRole) : []
  const removals: MenuItem[] = mayRemove(ownRole, membership)
    ? [
        { label: isActive ? 'Remove from the room' : 'Withdraw the invitation', ...removal(() => remove.run(false)) },
        { label: 'Ban from the room', ...removal(() => remove.run(true)) },
      ]
    : []
  const direct: MenuItem = { label: 'Write to them', icon: 'write', onSelect: () => void write.run() }
  const groups = [{ items: [direct] }, { label: 'Role', items: roles }, { items: removals }]
  return { groups, error: write.error ?? setRole.error ?? remove.error }
}

const removal = (act: () => unknown): Omit<MenuItem, 'label'> => ({
  icon: 'close',
  isDanger: true,
  onSelect: () => void act(),
})

function roleItems(roles: Role[], current: Role, setRole: Action<[Role]>): MenuItem[] {
  return roles.map((role) => ({
    label: roleNames[role],
    isChecked: role === current,
    onSelect: () => {
      if (role !== current) void setRole.run(role)
    },
  }))
}
