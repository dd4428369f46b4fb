import type { PresenceStatus } from '@parley/protocol'
import { type ReactNode, useState } from 'react'
import { useChat } from '../hooks/use-chat.ts'
import { PresenceMark } from '../presence/presence-dot.tsx'
import { presenceNames, usePresence, useWatchPresence } from '../presence/use-presence.ts'
import { PasswordDialog } from '../sessions/password-dialog.tsx'
import { SessionsDialog } from '../sessions/sessions-dialog.tsx'
import { Menu, type MenuGroup, type MenuItem } from '../ui/menu.tsx'
import { PersonName } from './people-search.tsx'
import { ProfileDialog } from './profile-dialog.tsx'
import { useMe } from './use-users.ts'
import { UserAvatar } from './user-avatar.tsx'

interface AccountMenuProps {
  /** Signs out; left out where the host application does that. With it come password and sessions. */
  onSignOut?: () => void
  /** Further items of the application. */
  groups?: readonly MenuGroup[]
}

const statuses: PresenceStatus[] = ['online', 'away', 'busy', 'offline']

const dialogs = {
  profile: ProfileDialog,
  password: PasswordDialog,
  sessions: SessionsDialog,
} satisfies Record<string, (props: { onClose: () => void }) => ReactNode>

/** One's own picture, with the menu of all that is about oneself. */
export function AccountMenu({ onSignOut, groups = [] }: AccountMenuProps) {
  const chat = useChat()
  const me = useMe()
  const status = usePresence(me?.id)?.status
  const [open, setOpen] = useState<keyof typeof dialogs | null>(null)
  useWatchPresence(me ? [me.id] : [])
  if (!me) return null
  const Open = open && dialogs[open]
  const presences = statuses.map((value) => ({
    label: value === 'offline' ? 'Appear offline' : presenceNames[value],
    symbol: <PresenceMark status={value} />,
    isChecked: value === status,
    // Being offline repeats the wish by itself, and the menu shows what came of it.
    onSelect: () => void chat.presence.set(value).catch(() => undefined),
  }))
  const account: MenuItem[] = [{ label: 'Your profile', icon: 'user', onSelect: () => setOpen('profile') }]
  const ending: MenuItem[] = []
  if (onSignOut) {
    account.push(
      { label: 'Change password', icon: 'lock', onSelect: () => setOpen('password') },
      { label: 'Where you are signed in', icon: 'compass', onSelect: () => setOpen('sessions') },
    )
    ending.push({ label: 'Sign out', icon: 'leave', onSelect: onSignOut })
  }
  return (
    <>
      <Menu
        label="Your account"
        header={<PersonName user={me} />}
        groups={[{ label: 'Status', items: presences }, { items: account }, ...groups, { items: ending }]}
        trigger={(props) => (
          <button {...props} type="button" className="parley-account" aria-label={`Your account, ${me.displayName}`}>
            <UserAvatar user={me} size="small" withPresence />
          </button>
        )}
      />
      {Open && <Open onClose={() => setOpen(null)} />}
    </>
  )
}
