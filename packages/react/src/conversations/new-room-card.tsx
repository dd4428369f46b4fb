import { useState } from 'react'
import { copyText } from '../headless/clipboard/copy-text.ts'
import { AddPeopleDialog } from '../memberships/add-people-dialog.tsx'
import { mayChangeRoom, mayInvite } from '../memberships/permissions.ts'
import { useMembers, useOwnRole } from '../memberships/use-members.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { RoomDialog } from './dialogs/room-dialog.tsx'
import { useConversation } from './use-conversations.ts'

interface NewRoomCardProps {
  conversationId: string
  /** The address of the room, if the application has one. */
  href?: string
}

/**
 * The first steps in a room whose only member is the user and may invite others: add people, copy the link (if there is
 * a `href`), set the topic (if it has none and the role allows it). It shows nothing for members without that right, in
 * direct conversations, after a second member joined, and until the members are loaded, which it does not do itself.
 * Open invitations do not count as members.
 */
export function NewRoomCard({ conversationId, href }: NewRoomCardProps) {
  const { conversations: texts, memberships } = useTexts()
  const [open, setOpen] = useState<'people' | 'topic' | null>(null)
  const role = useOwnRole(conversationId)
  const conversationState = useConversation(conversationId)
  const isAlone = useMembers(conversationId).length === 1
  if (!conversationState?.membershipsLoaded || !isAlone || !mayInvite(role)) return null
  const room = conversationState.conversation
  const close = () => setOpen(null)
  return (
    <div className="parley-beginning__steps">
      <Button look="primary" icon="people" onClick={() => setOpen('people')}>
        {memberships.addPeople}
      </Button>
      {href !== undefined && <CopyLink href={href} />}
      {room.topic === null && mayChangeRoom(role) && (
        <Button look="quiet" icon="edit" onClick={() => setOpen('topic')}>
          {texts.setTopic}
        </Button>
      )}
      {open === 'people' && <AddPeopleDialog conversationId={conversationId} onClose={close} />}
      {open === 'topic' && <RoomDialog room={room} entry="topic" onClose={close} onDone={close} />}
    </div>
  )
}

function CopyLink({ href }: { href: string }) {
  const texts = useTexts().conversations
  const [outcome, setOutcome] = useState<'linkCopied' | 'linkNotCopied' | null>(null)
  const copy = () =>
    copyText(new URL(href, location.href).href).then(
      () => setOutcome('linkCopied'),
      () => setOutcome('linkNotCopied'),
    )
  return (
    <Button look="quiet" icon={outcome === 'linkCopied' ? 'check' : 'copy'} onClick={copy}>
      <span aria-live="polite">{texts[outcome ?? 'copyLink']}</span>
    </Button>
  )
}
