import type { PresenceStatus, User } from '@parley/protocol'
import { useState } from 'react'
import { useChat, useChatState, useChatSurface } from '../hooks/use-chat.ts'
import { PresenceMark } from '../presence/presence-dot.tsx'
import { usePresence, useWatchPresence } from '../presence/use-presence.ts'
import { SignOutDialog } from '../sessions/sign-out-dialog.tsx'
import { useTexts } from '../texts/use-texts.ts'
import type { ChoiceFieldProps } from '../ui/field.tsx'
import { Menu, type MenuGroup, type MenuItem } from '../ui/menu.tsx'
import { PersonName } from './people-search.tsx'
import { LazySettings } from './settings/lazy-settings.tsx'
import { useMe } from './use-users.ts'
import { UserAvatar } from './user-avatar.tsx'

interface AccountMenuProps {
  /**
   * Signs out. Omit it if the host application manages accounts: the settings of profile, password and devices
   * disappear, too.
   */
  onSignOut?: () => void
  /** Opens the administration. The settings have it only for administrators of the server. */
  onAdminister?: () => void
  /** How the application can look: fields with a few values each, which the settings show. */
  appearance?: readonly ChoiceFieldProps<string>[]
  /** Further items of the application. */
  groups?: readonly MenuGroup[]
}

const statuses: PresenceStatus[] = ['online', 'away', 'busy', 'offline']
const none: readonly [] = []

/**
 * A button with the user's picture and presence (in the sidebar of a `ChatPage` also with name and status), and the
 * menu of their account; nothing before the first sync. The menu has the status, `groups`, the settings (see
 * `SettingsSections`) and, with `onSignOut`, sign-out. If messages are unsent, also failed ones, it asks for
 * confirmation before `onSignOut`. Watches the own presence while it is mounted, and ignores failures to set the
 * status, which the client sends again after a reconnect.
 */
export function AccountMenu({ onSignOut, onAdminister, appearance = none, groups = none }: AccountMenuProps) {
  const me = useMe()
  const { users: texts, sessions } = useTexts()
  const [open, setOpen] = useState<'settings' | 'signOut' | null>(null)
  const statusGroup = useStatusGroup(me?.id)
  const unsent = useUnsentCount()
  if (!me) return null
  const items: MenuItem[] = [{ label: texts.settings, icon: 'settings', onSelect: () => setOpen('settings') }]
  if (onSignOut) {
    const signOut = () => (unsent > 0 ? setOpen('signOut') : onSignOut())
    items.push({ label: sessions.signOut, icon: 'leave', onSelect: signOut })
  }
  const close = () => setOpen(null)
  return (
    <>
      <Menu
        label={texts.yourAccount}
        header={<PersonName user={me} />}
        groups={[statusGroup, ...groups, { items }]}
        trigger={(props) => (
          <button {...props} type="button" className="parley-account" aria-label={texts.accountOf(me.displayName)}>
            <AccountFace me={me} />
          </button>
        )}
      />
      {open === 'settings' && (
        <LazySettings
          ownsAccount={onSignOut !== undefined}
          appearance={appearance}
          onAdminister={me.role === 'admin' ? onAdminister : undefined}
          onClose={close}
        />
      )}
      {open === 'signOut' && onSignOut && <SignOutDialog unsent={unsent} onSignOut={onSignOut} onClose={close} />}
    </>
  )
}

function AccountFace({ me }: { me: User }) {
  const status = usePresence(me.id)?.status
  const texts = useTexts().presence
  return (
    <>
      <UserAvatar user={me} size="small" withPresence />
      <span className="parley-account__text">
        <bdi className="parley-account__name">{me.displayName}</bdi>
        {/* The stylesheet shows the status, because as text it would have to be a part of the label of the button. */}
        {status && <span className="parley-account__status" data-status={texts[status]} aria-hidden="true" />}
      </span>
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
