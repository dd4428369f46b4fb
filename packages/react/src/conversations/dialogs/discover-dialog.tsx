import { useAction } from '../../hooks/use-action.ts'
import { useChat } from '../../hooks/use-chat.ts'
import { errorText } from '../../texts/error-text.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { EmptyState, Problem, Skeleton } from '../../ui/notice.tsx'
import { type PublicRoom, usePublicRooms } from '../use-public-rooms.ts'

interface DiscoverDialogProps {
  onClose: () => void
  onOpen: (conversationId: string) => void
}

/** The public rooms, to join or to open. */
export function DiscoverDialog({ onClose, onOpen }: DiscoverDialogProps) {
  const { query, setQuery, found: rooms, error } = usePublicRooms()
  return (
    <Dialog title="Public rooms" onClose={onClose}>
      <TextField
        label="Find a room"
        data-dialog-entry
        type="search"
        autoComplete="off"
        placeholder="Name"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      <Problem>{errorText(error)}</Problem>
      {!rooms && !error && <Skeleton label="Looking for rooms" rows={4} />}
      {rooms && (
        <ul className="parley-people" aria-label="Public rooms">
          {rooms.map((room) => (
            <PublicRoomItem key={room.conversation.id} room={room} onOpen={onOpen} />
          ))}
        </ul>
      )}
      {rooms?.length === 0 && <EmptyState icon="compass" title="No public room of that name" />}
    </Dialog>
  )
}

const number = new Intl.NumberFormat()

interface PublicRoomItemProps {
  room: PublicRoom
  onOpen: (conversationId: string) => void
}

function PublicRoomItem({ room: { conversation, memberCount, joined }, onOpen }: PublicRoomItemProps) {
  const chat = useChat()
  const join = useAction(() => chat.memberships.join(conversation.id))
  const open = async () => {
    if (joined || (await join.run())) onOpen(conversation.id)
  }
  const members = `${number.format(memberCount)} ${memberCount === 1 ? 'member' : 'members'}`
  return (
    <li className="parley-person">
      <Avatar name="" seed={conversation.id} size="small" shape="square" symbol={<Icon name="hash" />} />
      <span className="parley-person__names">
        <span className="parley-person__name">
          <bdi>{conversation.name}</bdi>
        </span>
        <span className="parley-person__username">
          {members}
          {conversation.topic && ` · ${conversation.topic}`}
        </span>
        <Problem>{errorText(join.error)}</Problem>
      </span>
      <Button
        look={joined ? 'plain' : 'primary'}
        isBusy={join.isRunning}
        aria-label={`${joined ? 'Open' : 'Join'} ${conversation.name}`}
        onClick={open}
      >
        {joined ? 'Open' : 'Join'}
      </Button>
    </li>
  )
}
