import { useConversation } from '../conversations/use-conversations.ts'
import { useWatchPresence } from '../presence/use-presence.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Title } from '../ui/landmark.tsx'
import { Skeleton } from '../ui/notice.tsx'
import { MemberItem } from './member-item.tsx'
import { useMembers } from './use-members.ts'

interface MemberListProps {
  conversationId: string
  /** Called with the direct conversation that the user chose to open. */
  onOpen: (conversationId: string) => void
}

/** Presence is watched and shown only for so many members. */
const watched = 200

/**
 * The active members of a room, then the invited people, each with a menu of actions, except oneself. It does not load
 * them: it shows a placeholder until `useLoadMembers` (in any component) has, and for an unknown conversation. It
 * watches the presence of the first 200 active members.
 */
export function MemberList({ conversationId, onOpen }: MemberListProps) {
  const isLoaded = useConversation(conversationId)?.membershipsLoaded
  const members = useMembers(conversationId)
  const invited = useMembers(conversationId, 'invited')
  const texts = useTexts().memberships
  useWatchPresence(members.slice(0, watched).map(({ user }) => user.id))
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
