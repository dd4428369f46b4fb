import type { AdministeredPerson } from '@parley/protocol'
import { useState } from 'react'
import { useTexts } from '../texts/use-texts.ts'
import { IconButton } from '../ui/button.tsx'
import { Menu, type MenuItem } from '../ui/menu.tsx'
import { PersonName } from '../users/people-search.tsx'
import { useMe } from '../users/use-users.ts'
import { UserAvatar } from '../users/user-avatar.tsx'
import { ActDialog } from './act-dialog.tsx'
import { useAdministrationTexts } from './administration-texts.ts'
import { LinkDialog } from './link-dialog.tsx'
import { useAdministration } from './use-administration.ts'

interface PersonRowProps {
  person: AdministeredPerson
  /** See `AdministrationPage`. */
  linkOf: (token: string) => string
  /** Called with the new state of the person after they were suspended or restored; not after the other acts. */
  onChange: (person: AdministeredPerson) => void
}

type Asked = 'suspend' | 'restore' | 'endSessions' | 'passwordLink'

/**
 * A person with their state, and a menu of the acts of an administrator, except for oneself: restore for a suspended
 * person; for others end all sessions, suspend, and, if they have a password, make a link for a new one. Each act asks
 * for confirmation and a reason, and shows its error. `onChange` gets the new state after suspend and restore alone. A
 * dialog shows a new password link, the address that `linkOf` makes from its token.
 */
export function PersonRow({ person, linkOf, onChange }: PersonRowProps) {
  const { user, state } = person
  const me = useMe()
  const texts = useAdministrationTexts()
  const { times } = useTexts()
  const [asked, setAsked] = useState<Asked | null>(null)
  const [link, setLink] = useState<string | null>(null)
  const seen = person.lastSeenAt === null ? undefined : texts.lastSeen(times.ago(person.lastSeenAt, Date.now()))
  const marks = [user.role === 'admin' ? texts.administrator : '', state === 'active' ? '' : texts.states[state]]
  return (
    <li className="parley-person">
      <UserAvatar user={user} size="small" />
      <PersonName user={user} note={seen} />
      {marks.filter(Boolean).map((mark) => (
        <span key={mark} className="parley-role">
          {mark}
        </span>
      ))}
      {user.id !== me?.id && (
        <Menu
          label={texts.actionsFor(user.displayName)}
          groups={[{ items: itemsFor(person, texts, setAsked) }]}
          trigger={(props) => <IconButton {...props} label={texts.actionsFor(user.displayName)} icon="more" />}
        />
      )}
      {asked && (
        <PersonActDialog
          asked={asked}
          person={person}
          onChange={onChange}
          onLink={(token) => setLink(linkOf(token))}
          onClose={() => setAsked(null)}
        />
      )}
      {link !== null && <LinkDialog name={user.displayName} link={link} onClose={() => setLink(null)} />}
    </li>
  )
}

type Texts = ReturnType<typeof useAdministrationTexts>

function itemsFor(person: AdministeredPerson, texts: Texts, ask: (asked: Asked) => void): MenuItem[] {
  const end: MenuItem = { label: texts.endSessions, icon: 'leave', onSelect: () => ask('endSessions') }
  if (person.state === 'suspended') return [{ label: texts.restore, icon: 'check', onSelect: () => ask('restore') }]
  const link: MenuItem = { label: texts.passwordLink, icon: 'lock', onSelect: () => ask('passwordLink') }
  const suspend: MenuItem = { label: texts.suspend, icon: 'close', isDanger: true, onSelect: () => ask('suspend') }
  return [...(person.hasPassword ? [link] : []), end, suspend]
}

interface PersonActDialogProps extends Pick<PersonRowProps, 'person' | 'onChange'> {
  asked: Asked
  onLink: (token: string) => void
  onClose: () => void
}

function PersonActDialog({ asked, person, onChange, onLink, onClose }: PersonActDialogProps) {
  const administration = useAdministration()
  const texts = useAdministrationTexts()
  const { id, displayName } = person.user
  const acts: Record<Asked, (reason: string) => Promise<void>> = {
    suspend: async (reason) => onChange(await administration.suspend(id, reason)),
    restore: async (reason) => onChange(await administration.restore(id, reason)),
    endSessions: (reason) => administration.endSessions(id, reason),
    passwordLink: async (reason) => onLink((await administration.createPasswordLink(id, reason)).token),
  }
  return (
    <ActDialog
      title={texts[`${asked}Title`](displayName)}
      consequence={texts[`${asked}Consequence`]}
      confirm={asked === 'passwordLink' ? texts.makeLink : texts[asked]}
      isDanger={asked === 'suspend'}
      act={acts[asked]}
      onClose={onClose}
    />
  )
}
