import { useTexts } from '../texts/use-texts.ts'
import { ListEnd, Skeleton } from '../ui/notice.tsx'
import { PersonName } from '../users/people-search.tsx'
import { useMe } from '../users/use-users.ts'
import { UserAvatar } from '../users/user-avatar.tsx'
import { useReactors } from './use-reactors.ts'

interface ReactorListProps {
  messageId: string
  emoji: string
  count: number
}

/**
 * The people who reacted to a message with one emoji, the first one first. Loads them in pages while it is mounted,
 * again for a new `count`, the present number of reactions, and shows errors with a button that tries again.
 */
export function ReactorList({ messageId, emoji, count }: ReactorListProps) {
  const { users, ...pages } = useReactors(messageId, emoji, count)
  const me = useMe()?.id
  const { reactions: texts, memberships } = useTexts()
  return (
    <>
      {!users && pages.isLoading && <Skeleton label={texts.loadingPeople} rows={Math.min(count, 5)} />}
      {users && (
        <ul className="parley-people" aria-label={texts.peopleWith(emoji)}>
          {users.map((user) => (
            <li key={user.id} className="parley-person">
              <UserAvatar user={user} size="small" />
              <span className="parley-person__names">
                <PersonName user={user} note={user.id === me ? memberships.you : undefined} />
              </span>
            </li>
          ))}
        </ul>
      )}
      <ListEnd pages={pages} label={texts.showMore} />
    </>
  )
}
