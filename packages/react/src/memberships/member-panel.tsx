import { useState } from 'react'
import { PersonActions } from '../blocks/person-actions.tsx'
import { ConversationAvatar } from '../conversations/conversation-avatar.tsx'
import { LeaveDialog } from '../conversations/dialogs/leave-dialog.tsx'
import { RoomDialog } from '../conversations/dialogs/room-dialog.tsx'
import { useConversation, useConversationTitle, useOtherPerson } from '../conversations/use-conversations.ts'
import { HideButton } from '../hidings/hide-button.tsx'
import { PresenceText } from '../presence/presence-text.tsx'
import { useTexts } from '../texts/use-texts.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Landmark, Title } from '../ui/landmark.tsx'
import { useMe } from '../users/use-users.ts'
import { AddPeopleDialog } from './add-people-dialog.tsx'
import { MemberList } from './member-list.tsx'
import { mayChangeRoom, mayInvite } from './permissions.ts'
import { type MembersLoading, useOwnRole } from './use-members.ts'

interface MemberPanelProps {
  conversationId: string
  /** The result of `useLoadMembers`. */
  loading: MembersLoading
  onClose: () => void
  /** Called after the user left the room or hid the conversation. */
  onLeft: () => void
  onOpen: (conversationId: string) => void
}

/**
 * The panel beside a conversation: for a room its members, and buttons to add people and change it (as far as the role
 * allows it) and to leave; for a direct conversation the other person, with buttons to hide it, for the contact and to
 * block. Shows nothing if the conversation is not known. Escape and the close button call `onClose`; leaving or hiding
 * calls `onLeft` after its success; writing to a member calls `onOpen` with their direct conversation. `loading` is the
 * result of `useLoadMembers`: the panel does not load the members itself.
 */
export function MemberPanel({ conversationId, loading, onClose, onLeft, onOpen }: MemberPanelProps) {
  const conversationState = useConversation(conversationId)
  const title = useConversationTitle(conversationId)
  const { page, memberships: texts } = useTexts()
  if (!conversationState) return null
  const isRoom = conversationState.conversation.kind === 'room'
  return (
    <Landmark
      as="aside"
      className="parley-panel"
      data-region="panel"
      aria-label={texts.about(title)}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <div className="parley-panel__header">
        <Title level={2}>{isRoom ? texts.aboutRoom : texts.aboutPerson}</Title>
        <IconButton label={page.close} icon="close" onClick={onClose} data-region-entry />
      </div>
      <div className="parley-panel__body parley-scroller">
        <div className="parley-panel__card">
          <ConversationAvatar conversationId={conversationId} size="large" />
          <p className="parley-panel__title">
            <bdi>{title}</bdi>
          </p>
          {isRoom ? (
            <p className="parley-hint">
              {conversationState.conversation.visibility === 'private' ? texts.privateRoom : texts.publicRoom}
              {conversationState.conversation.topic && ` · ${conversationState.conversation.topic}`}
            </p>
          ) : (
            <PersonCard conversationId={conversationId} />
          )}
        </div>
        {!isRoom && (
          <div className="parley-contact__buttons parley-person-actions">
            <HideButton conversationId={conversationId} onHidden={onLeft} />
          </div>
        )}
        {isRoom && <RoomActions conversationId={conversationId} onLeft={onLeft} />}
        {isRoom && <MemberList conversationId={conversationId} loading={loading} onOpen={onOpen} />}
      </div>
    </Landmark>
  )
}

function PersonCard({ conversationId }: { conversationId: string }) {
  const other = useOtherPerson(conversationId)
  const me = useMe()
  if (!other) return null
  return (
    <>
      <p className="parley-hint">@{other.username}</p>
      <p className="parley-hint">
        <PresenceText userId={other.id} />
      </p>
      {other.id !== me?.id && <PersonActions user={other} />}
    </>
  )
}

function RoomActions({ conversationId, onLeft }: { conversationId: string; onLeft: () => void }) {
  const [open, setOpen] = useState<'people' | 'settings' | 'leave' | null>(null)
  const room = useConversation(conversationId)?.conversation
  const role = useOwnRole(conversationId)
  const close = () => setOpen(null)
  const texts = useTexts().memberships
  return (
    <div className="parley-panel__actions">
      {mayInvite(role) && (
        <Button icon="add" onClick={() => setOpen('people')}>
          {texts.addPeople}
        </Button>
      )}
      {mayChangeRoom(role) && (
        <Button icon="settings" onClick={() => setOpen('settings')}>
          {texts.settings}
        </Button>
      )}
      <Button icon="leave" onClick={() => setOpen('leave')}>
        {texts.leave}
      </Button>
      {open === 'people' && <AddPeopleDialog conversationId={conversationId} onClose={close} />}
      {open === 'settings' && <RoomDialog room={room} onClose={close} onDone={close} />}
      {open === 'leave' && <LeaveDialog conversationId={conversationId} onClose={close} onDone={onLeft} />}
    </div>
  )
}
