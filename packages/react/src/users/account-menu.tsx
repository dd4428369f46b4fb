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
  /**
   * Signs out. Omit it if the host application manages accounts: items for profile, password and sessions disappear,
   * too.
   */
  onSignOut?: () => void
  /** Opens the administration. The item is shown only to administrators of the server. */
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

/**
 * A button with the user's picture and presence (in the sidebar of a `ChatPage` also the name), and the menu of their
 * account; nothing before the first sync. The status and `groups` are always in it; profile, password, sessions and
 * sign-out only with `onSignOut`, administration only with `onAdminister` and for administrators. If messages are
 * unsent, also failed ones, it asks for confirmation before `onSignOut`. Watches the own presence while it is mounted,
 * and ignores failures to set the status, which the client sends again after a reconnect.
 */
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
        groups={[statusGroup, account.own, ...groups, { items: administration }, account.last]}
        trigger={(props) => (
          <button {...props} type="button" className="parley-account" aria-label={texts.accountOf(me.displayName)}>
            <UserAvatar user={me} size="small" withPresence />
            <bdi className="parley-account__name">{me.displayName}</bdi>
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

/** Menu items for the status that others see. */
function useStatusGroup(userId: string | undefined): MenuGroup {
  const chat = useChat()
  const { users, presence } = useTexts()
  const status = usePresence(userId)?.status
  useWatchPresence(userId === undefined ? [] : [userId])
  const items = statuses.map((value) => ({
    label: value === 'offline' ? users.appearOffline : presence[value],
    symbol: <PresenceMark status={value} />,
    isChecked: value === status,
    // Ignores failures: without a connection the SDK sends the status later, and the menu shows the present one.
    onSelect: () => void chat.presence.set(value).catch(() => undefined),
  }))
  return { label: users.status, items }
}

/** Menu items for the dialogs of the account, and the one that signs out; empty without `onSignOut`. */
function useAccountGroups(open: (dialog: keyof typeof dialogs) => void, onSignOut: (() => void) | undefined) {
  const { users, sessions } = useTexts()
  const own: MenuItem[] = []
  const last: MenuItem[] = []
  if (onSignOut) {
    own.push(
      { label: users.yourProfile, icon: 'user', onSelect: () => open('profile') },
      { label: sessions.changePassword, icon: 'lock', onSelect: () => open('password') },
      { label: sessions.whereSignedIn, icon: 'compass', onSelect: () => open('sessions') },
    )
    last.push({ label: sessions.signOut, icon: 'leave', onSelect: onSignOut })
  }
  return { own: { items: own }, last: { items: last } }
}
