import { useConversation } from '../conversations/use-conversations.ts'
import { useWatchPresence } from '../presence/use-presence.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { Title } from '../ui/landmark.tsx'
import { Problem, Skeleton } from '../ui/notice.tsx'
import { MemberItem } from './member-item.tsx'
import { type MembersLoading, useMembers } from './use-members.ts'

interface MemberListProps {
  conversationId: string
  /** The result of `useLoadMembers`: with it, the list shows why the members could not be loaded. */
  loading?: MembersLoading
  /** Called with the direct conversation that the user chose to open. */
  onOpen: (conversationId: string) => void
}

/** Presence is watched and shown only for so many members. */
const watched = 200

/**
 * The active members of a room, then the invited people, each with a menu of actions, except oneself. It does not load
 * them: it shows a placeholder until `useLoadMembers` (in any component) has, and for an unknown conversation; with
 * `loading`, after a failure, the error with a button that tries again. It watches the presence of the first 200 active
 * members.
 */
export function MemberList({ conversationId, loading, onOpen }: MemberListProps) {
  const isLoaded = useConversation(conversationId)?.membershipsLoaded
  const members = useMembers(conversationId)
  const invited = useMembers(conversationId, 'invited')
  const { page, memberships: texts } = useTexts()
  useWatchPresence(members.slice(0, watched).map(({ user }) => user.id))
  if (!isLoaded && loading && loading.error !== null) {
    return (
      <>
        <Problem error={loading.error} />
        <Button onClick={loading.retry}>{page.tryAgain}</Button>
      </>
    )
  }
  if (!isLoaded) return <Skeleton label={texts.loadingMembers} rows={4} />
  return (
    <>
      <Title level={3} className="parley-panel__heading">
        {texts.memberHeading(members.length)}
      </Title>
      <ul aria-label={texts.members}>
        {members.map((member) => (
          <MemberItem key={member.user.id} member={member} onOpen={onOpen} />
        ))}
      </ul>
      {invited.length > 0 && (
        <>
          <Title level={3} className="parley-panel__heading">
            {texts.invitedHeading(invited.length)}
          </Title>
          <ul aria-label={texts.invited}>
            {invited.map((member) => (
              <MemberItem key={member.user.id} member={member} onOpen={onOpen} />
            ))}
          </ul>
        </>
      )}
    </>
  )
}
