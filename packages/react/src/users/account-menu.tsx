import type { PresenceStatus } from '@parley/protocol'
import { type ReactNode, useState } from 'react'
import { useChat, useChatState, useChatSurface } from '../hooks/use-chat.ts'
import { PresenceMark } from '../presence/presence-dot.tsx'
import { usePresence, useWatchPresence } from '../presence/use-presence.ts'
import { PasswordDialog } from '../sessions/password-dialog.tsx'
import { SessionsDialog } from '../sessions/sessions-dialog.tsx'
import { SignOutDialog } from '../sessions/sign-out-dialog.tsx'
import { useTexts } from '../texts/use-texts.ts'
import { Menu, type MenuGroup, type MenuItem } from '../ui/menu.tsx'
import { PersonName } from './people-search.tsx'
import { ProfileDialog } from './profile-dialog.tsx'
import { useMe } from './use-users.ts'
import { UserAvatar } from './user-avatar.tsx'

interface AccountMenuProps {
  /** Signs out; left out where the host application does that. Profile, password and sessions are the host's then, too. */
  onSignOut?: () => void
  /** Opens the administration; the item is shown to administrators of the server alone. */
  onAdminister?: () => void
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
export function AccountMenu({ onSignOut, onAdminister, groups = [] }: AccountMenuProps) {
  const me = useMe()
  const texts = useTexts().users
  const [open, setOpen] = useState<keyof typeof dialogs | null>(null)
  const statusGroup = useStatusGroup(me?.id)
  const [isLeaving, setIsLeaving] = useState(false)
  const unsent = useUnsentCount()
  const account = useAccountGroups(setOpen, onSignOut && (() => (unsent > 0 ? setIsLeaving(true) : onSignOut())))
  if (!me) return null
  const Open = open && dialogs[open]
  const administration: MenuItem[] =
    me.role === 'admin' && onAdminister
      ? [{ label: texts.administration, icon: 'settings', onSelect: onAdminister }]
      : []
  return (
    <>
      <Menu
        label={texts.yourAccount}
        header={<PersonName user={me} />}
        groups={[statusGroup, account.own, ...groups, { items: administration }, account.ending]}
        trigger={(props) => (
          <button {...props} type="button" className="parley-account" aria-label={texts.accountOf(me.displayName)}>
            <UserAvatar user={me} size="small" withPresence />
          </button>
        )}
      />
      {Open && <Open onClose={() => setOpen(null)} />}
      {isLeaving && onSignOut && (
        <SignOutDialog unsent={unsent} onSignOut={onSignOut} onClose={() => setIsLeaving(false)} />
      )}
    </>
  )
}

/** How many messages of this device the server does not have yet. */
const useUnsentCount = (): number => useChatState(useChatSurface().lists.unsent)

/** The presence that one shows to others, to choose. */
function useStatusGroup(userId: string | undefined): MenuGroup {
  const chat = useChat()
  const { users, presence } = useTexts()
  const status = usePresence(userId)?.status
  useWatchPresence(userId === undefined ? [] : [userId])
  const items = statuses.map((value) => ({
    label: value === 'offline' ? users.appearOffline : presence[value],
    symbol: <PresenceMark status={value} />,
    isChecked: value === status,
    // Being offline repeats the wish by itself, and the menu shows what came of it.
    onSelect: () => void chat.presence.set(value).catch(() => undefined),
  }))
  return { label: users.status, items }
}

/** The dialogs about oneself, and the way out. */
function useAccountGroups(open: (dialog: keyof typeof dialogs) => void, onSignOut: (() => void) | undefined) {
  const { users, sessions } = useTexts()
  const own: MenuItem[] = []
  const ending: MenuItem[] = []
  if (onSignOut) {
    own.push(
      { label: users.yourProfile, icon: 'user', onSelect: () => open('profile') },
      { label: sessions.changePassword, icon: 'lock', onSelect: () => open('password') },
      { label: sessions.whereSignedIn, icon: 'compass', onSelect: () => open('sessions') },
    )
    ending.push({ label: sessions.signOut, icon: 'leave', onSelect: onSignOut })
  }
  return { own: { items: own }, ending: { items: ending } }
}
