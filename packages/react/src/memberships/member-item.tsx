import type { Role } from '@parley/protocol'
import { useState } from 'react'
import { BlockDialog } from '../blocks/block-dialog.tsx'
import { blockIcon } from '../blocks/block-icons.ts'
import { useIsBlocked } from '../blocks/use-blocks.ts'
import { useAction, useIsMounted } from '../hooks/use-action.ts'
import { useChat } from '../hooks/use-chat.ts'
import { useTexts } from '../texts/use-texts.ts'
import { IconButton } from '../ui/button.tsx'
import { Menu, type MenuItem } from '../ui/menu.tsx'
import { Problem } from '../ui/notice.tsx'
import { PersonName } from '../users/people-search.tsx'
import { useMe } from '../users/use-users.ts'
import { UserAvatar } from '../users/user-avatar.tsx'
import { type MemberChange, MemberQuestion } from './member-question.tsx'
import { grantableRoles, mayRemove } from './permissions.ts'
import { type Member, useOwnRole } from './use-members.ts'

interface MemberItemProps {
  member: Member
  onOpen: (conversationId: string) => void
}

/**
 * A member with their role (unless it is `member`) and, if active, their presence, which it does not watch. A menu,
 * except for oneself: write, block or unblock, and as far as the user's role allows it: give a role (to an active
 * member), remove or withdraw the invitation, ban. Blocking, removing, banning and making an owner ask for
 * confirmation. `onOpen` gets the direct conversation after write, if the item is still there. Shows errors itself.
 */
export function MemberItem({ member, onOpen }: MemberItemProps) {
  const { user, membership } = member
  const me = useMe()
  const { memberships: texts, roles } = useTexts()
  const isMe = user.id === me?.id
  const { groups, error, question } = useMemberActions(member, onOpen)
  const blocking = useBlocking(user.id)
  const role = membership.role === 'member' ? '' : roles[membership.role]
  return (
    <li className="parley-person parley-member">
      <UserAvatar user={user} size="small" withPresence={membership.state === 'active'} />
      <span className="parley-person__names">
        <PersonName user={user} note={isMe ? texts.you : undefined} />
        <Problem error={error ?? blocking.error} />
      </span>
      {role && <span className="parley-role">{role}</span>}
      {!isMe && (
        <Menu
          label={texts.menuOf(user.displayName)}
          groups={[...groups, { items: [blocking.item] }]}
          trigger={(props) => <IconButton {...props} label={texts.moreAbout(user.displayName)} icon="more" />}
        />
      )}
      {question}
      {blocking.isAsking && <BlockDialog user={user} onClose={blocking.close} />}
    </li>
  )
}

/** The menu item that blocks or unblocks: only blocking asks for confirmation. */
function useBlocking(userId: string) {
  const chat = useChat()
  const texts = useTexts().blocks
  const isBlocked = useIsBlocked(userId)
  const [isAsking, setIsAsking] = useState(false)
  const lift = useAction(() => chat.blocks.remove(userId))
  const item: MenuItem = isBlocked
    ? { label: texts.unblock, icon: blockIcon, onSelect: () => void lift.run() }
    : { label: texts.block, icon: blockIcon, isDanger: true, onSelect: () => setIsAsking(true) }
  return { item, isAsking, close: () => setIsAsking(false), error: lift.error }
}

function useMemberActions({ user, membership }: Member, onOpen: (conversationId: string) => void) {
  const chat = useChat()
  const { conversationId } = membership
  const { memberships: texts } = useTexts()
  const ownRole = useOwnRole(conversationId)
  const isActive = membership.state === 'active'
  const [asked, setAsked] = useState<MemberChange | null>(null)
  const isMounted = useIsMounted()
  const write = useAction(async () => {
    const { id } = await chat.conversations.openDirect({ userId: user.id })
    if (isMounted()) onOpen(id)
  })
  const withdraw = useAction(() => chat.memberships.remove(conversationId, user.id))
  const roles = useRoleItems({ membership, onMakeOwner: () => setAsked('makeOwner') })
  const changes: Record<MemberChange, () => Promise<unknown>> = {
    remove: () => chat.memberships.remove(conversationId, user.id),
    ban: () => chat.memberships.remove(conversationId, user.id, { ban: true }),
    makeOwner: () => chat.memberships.setRole(conversationId, user.id, 'owner'),
  }
  const removals: MenuItem[] = mayRemove(ownRole, membership)
    ? [
        isActive
          ? { label: texts.remove, ...removal(() => setAsked('remove')) }
          : { label: texts.withdrawInvitation, ...removal(() => withdraw.run()) },
        { label: texts.ban, ...removal(() => setAsked('ban')) },
      ]
    : []
  const direct: MenuItem = { label: texts.write, icon: 'write', onSelect: () => void write.run() }
  const groups = [{ items: [direct] }, { label: texts.role, items: roles.items }, { items: removals }]
  const question = asked && (
    <MemberQuestion change={asked} user={user} act={changes[asked]} onClose={() => setAsked(null)} />
  )
  return { groups, question, error: write.error ?? roles.error ?? withdraw.error }
}

interface RoleItemsOptions extends Pick<Member, 'membership'> {
  /** Called instead of setting the role `owner`, which asks for confirmation. */
  onMakeOwner: () => void
}

/** Menu items for the roles that the user may give this member. */
function useRoleItems({ membership, onMakeOwner }: RoleItemsOptions) {
  const chat = useChat()
  const { conversationId, userId } = membership
  const names = useTexts().roles
  const ownRole = useOwnRole(conversationId)
  const setRole = useAction((role: Role) => chat.memberships.setRole(conversationId, userId, role))
  const granted = membership.state === 'active' ? grantableRoles(ownRole, membership) : []
  const items = granted.map((role): MenuItem => {
    const isChecked = role === membership.role
    const give = () => (role === 'owner' ? onMakeOwner() : void setRole.run(role))
    return { label: names[role], isChecked, onSelect: () => isChecked || give() }
  })
  return { items, error: setRole.error }
}

const removal = (act: () => unknown): Omit<MenuItem, 'label'> => ({
  icon: 'close',
  isDanger: true,
  onSelect: () => void act(),
})
