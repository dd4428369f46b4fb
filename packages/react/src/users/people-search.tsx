import type { User } from '@parley/protocol'
import type { ReactNode } from 'react'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Problem, Skeleton } from '../ui/notice.tsx'
import { BotBadge } from './bot-badge.tsx'
import { usePeopleSearch } from './use-people-search.ts'
import { useMe } from './use-users.ts'
import { UserAvatar } from './user-avatar.tsx'

interface PeopleSearchProps {
  label: string
  /** People for whom it is true are not shown, such as those who are already members. */
  without?: (user: User) => boolean
  /** The end of each row, such as a button. */
  children: (user: User) => ReactNode
}

/**
 * A search field, and a list of the people that it finds, with the user themself; for an empty query, all people (see
 * `usePeopleSearch`). `children` gives each row its end, such as a button. It asks the server when the typing pauses,
 * shows more pages by a button, and shows errors itself, below the people if there are any; a sentence if it finds
 * none. `without` hides people from each page, so a page can be short or empty.
 */
export function PeopleSearch({ label, without, children }: PeopleSearchProps) {
  const { query, setQuery, found: people, foundFor, error, hasMore, isLoading, more } = usePeopleSearch()
  const me = useMe()
  const texts = useTexts().users
  const shown = people?.filter((user) => !without?.(user))
  const isAlone = foundFor === '' && people?.length === 1 && people[0]?.id === me?.id
  return (
    <div className="parley-people-search">
      <TextField
        label={label}
        data-dialog-entry
        type="search"
        autoComplete="off"
        spellCheck={false}
        placeholder={texts.searchPlaceholder}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      <Problem error={shown ? null : error} />
      {!shown && !error && <Skeleton label={texts.lookingForPeople} rows={3} />}
      {shown && <PeopleFound people={shown}>{children}</PeopleFound>}
      <Problem error={shown ? error : null} />
      {hasMore && (
        <Button isBusy={isLoading} onClick={more}>
          {texts.showMore}
        </Button>
      )}
      {isAlone && <p className="parley-hint">{texts.nobodyElse}</p>}
      {!isAlone && !hasMore && shown?.length === 0 && <p className="parley-hint">{texts.nobodyFound}</p>}
    </div>
  )
}

interface PeopleFoundProps extends Pick<PeopleSearchProps, 'children'> {
  people: readonly User[]
}

function PeopleFound({ people, children }: PeopleFoundProps) {
  const texts = useTexts().users
  return (
    <ul className="parley-people" aria-label={texts.peopleFound}>
      {people.map((user) => (
        <li key={user.id} className="parley-person">
          <UserAvatar user={user} size="small" />
          <PersonName user={user} />
          {children(user)}
        </li>
      ))}
    </ul>
  )
}

/** The display name of a user, with a mark if they are a bot, and below it the user name and the note. */
export function PersonName({ user, note }: { user: User; note?: string }) {
  return (
    <span className="parley-person__names">
      <span className="parley-person__name">
        <bdi>{user.displayName}</bdi> <BotBadge user={user} />
      </span>
      <span className="parley-person__username">
        @{user.username}
        {note && ` · ${note}`}
      </span>
    </span>
  )
}
