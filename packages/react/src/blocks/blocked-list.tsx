import { useTexts } from '../texts/use-texts.ts'
import { EmptyState } from '../ui/notice.tsx'
import { PersonName } from '../users/people-search.tsx'
import { UserAvatar } from '../users/user-avatar.tsx'
import { blockIcon } from './block-icons.ts'
import { UnblockButton } from './unblock-button.tsx'
import { useBlockedPeople } from './use-blocks.ts'

/**
 * The people whom the user blocks, sorted by name, each with a button that lifts the block at once; without those whose
 * profile is not known. A placeholder if there are none.
 */
export function BlockedList() {
  const people = useBlockedPeople()
  const texts = useTexts().blocks
  if (people.length === 0) return <EmptyState icon={blockIcon} title={texts.nobody} />
  return (
    <ul className="parley-people" aria-label={texts.blockedPeople}>
      {people.map((user) => (
        <li key={user.id} className="parley-person">
          <UserAvatar user={user} size="small" />
          <PersonName user={user} />
          <UnblockButton user={user} />
        </li>
      ))}
    </ul>
  )
}
