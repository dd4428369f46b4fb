import type { Ref } from 'react'
import { useMembers } from '../memberships/use-members.ts'
import { PresenceText } from '../presence/presence-text.tsx'
import { useTexts } from '../texts/use-texts.ts'
import { IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Title } from '../ui/landmark.tsx'
import { BotBadge } from '../users/bot-badge.tsx'
import { useMe } from '../users/use-users.ts'
import { UserAvatar } from '../users/user-avatar.tsx'
import { ConversationAvatar } from './conversation-avatar.tsx'
import { useConversation, useConversationTitle, useOtherPerson } from './use-conversations.ts'

interface ConversationHeaderProps {
  conversationId: string
  /** Goes back to the list, where the window is too narrow for both; undefined if there is no list. */
  onBack: (() => void) | undefined
  /** Shows the button back in any width, because there is no other way. */
  isBackNeeded?: boolean
  isPanelOpen: boolean
  onTogglePanel: () => void
  panelButton: Ref<HTMLButtonElement>
}

/**
 * The picture, name and details of the open conversation: for a room a lock if it is private, the number of members,
 * the topic, and pictures of up to three others (none if there is only one other); for a person the user name and the
 * presence. With a button back (if there is an `onBack`), visible only while the chat is narrow or if `isBackNeeded`,
 * and one for the panel, which gets the ref `panelButton`. It does not load the members: their number is missing until
 * they are.
 */
export function ConversationHeader(props: ConversationHeaderProps) {
  const { conversationId, onBack, isBackNeeded, isPanelOpen, onTogglePanel, panelButton } = props
  const title = useConversationTitle(conversationId)
  const texts = useTexts().conversations
  const isRoom = useConversation(conversationId)?.conversation.kind === 'room'
  const other = useOtherPerson(conversationId)
  return (
    <div className="parley-header">
      {onBack && (
        <IconButton
          className={isBackNeeded ? undefined : 'parley-back'}
          label={texts.back}
          icon="back"
          onClick={onBack}
        />
      )}
      <ConversationAvatar conversationId={conversationId} size="small" withPresence />
      <div className="parley-header__text">
        <Title level={1} className="parley-header__title">
          <bdi>{title}</bdi> <BotBadge user={other} />
        </Title>
        <p className="parley-header__detail">
          {isRoom ? <RoomDetail conversationId={conversationId} /> : <PersonDetail conversationId={conversationId} />}
        </p>
      </div>
      {isRoom && <Facepile conversationId={conversationId} />}
      <IconButton
        ref={panelButton}
        label={isRoom ? texts.aboutRoom : texts.aboutPerson}
        icon={isRoom ? 'people' : 'user'}
        aria-pressed={isPanelOpen}
        onClick={onTogglePanel}
      />
    </div>
  )
}

/** Pictures of up to three other members. Decoration, because the button beside it opens the list of members. */
function Facepile({ conversationId }: { conversationId: string }) {
  const me = useMe()
  const others = useMembers(conversationId).filter(({ user }) => user.id !== me?.id)
  if (others.length < 2) return null
  return (
    <span className="parley-facepile" aria-hidden="true">
      {others.slice(0, 3).map(({ user }) => (
        <UserAvatar key={user.id} user={user} size="small" />
      ))}
    </span>
  )
}

function RoomDetail({ conversationId }: { conversationId: string }) {
  const count = useMembers(conversationId).length
  const conversationState = useConversation(conversationId)
  const { conversations: texts, memberships } = useTexts()
  const { privateRoom } = memberships
  if (!conversationState) return null
  const members = conversationState.membershipsLoaded && texts.memberCount(count)
  const { topic, visibility } = conversationState.conversation
  return (
    <>
      {visibility === 'private' && (
        <span title={privateRoom}>
          <Icon name="lock" />
          <span className="parley-visually-hidden">{privateRoom} · </span>
        </span>
      )}
      <bdi>{[members, topic].filter(Boolean).join(' · ')}</bdi>
    </>
  )
}

/** The user name, which tells people with the same display name apart, and the presence. */
function PersonDetail({ conversationId }: { conversationId: string }) {
  const other = useOtherPerson(conversationId)
  if (!other) return null
  return (
    <>
      <bdi>@{other.username}</bdi>
      <span className="parley-header__presence">
        <PresenceText userId={other.id} />
      </span>
    </>
  )
}
