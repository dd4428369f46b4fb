import { useAction, useIsMounted } from '../../hooks/use-action.ts'
import { useChat } from '../../hooks/use-chat.ts'
import { useTexts } from '../../texts/use-texts.ts'
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

/**
 * A dialog that finds public rooms by name, in pages, to join or open one; it shows errors itself. `onOpen` gets the
 * room after the user joined it, unless the dialog was closed meanwhile, or at once if they were in it; it does not
 * close the dialog.
 */
export function DiscoverDialog({ onClose, onOpen }: DiscoverDialogProps) {
  const { query, setQuery, found: rooms, error, hasMore, isLoading, more } = usePublicRooms()
  const texts = useTexts().conversations
  return (
    <Dialog title={texts.publicRooms} onClose={onClose}>
      <TextField
        label={texts.findRoom}
        data-dialog-entry
        type="search"
        autoComplete="off"
        placeholder={texts.name}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      <Problem error={rooms ? null : error} />
      {!rooms && !error && <Skeleton label={texts.lookingForRooms} rows={4} />}
      {rooms && (
        <ul className="parley-people" aria-label={texts.publicRooms}>
          {rooms.map((room) => (
            <PublicRoomItem key={room.conversation.id} room={room} onOpen={onOpen} />
          ))}
        </ul>
      )}
      <Problem error={rooms ? error : null} />
      {hasMore && (
        <Button isBusy={isLoading} onClick={more}>
          {texts.showMore}
        </Button>
      )}
      {rooms?.length === 0 && <EmptyState icon="compass" title={texts.noRoomFound} />}
    </Dialog>
  )
}

interface PublicRoomItemProps {
  room: PublicRoom
  onOpen: (conversationId: string) => void
}

function PublicRoomItem({ room: { conversation, memberCount, joined }, onOpen }: PublicRoomItemProps) {
  const chat = useChat()
  const texts = useTexts().conversations
  const isMounted = useIsMounted()
  const join = useAction(() => chat.memberships.join(conversation.id))
  const open = async () => {
    if (joined || ((await join.run()) && isMounted())) onOpen(conversation.id)
  }
  const name = conversation.name ?? texts.unnamedRoom
  return (
    <li className="parley-person parley-person--pressable">
      <Avatar name={name} seed={conversation.id} size="small" shape="square" symbol={<Icon name="hash" />} />
      <span className="parley-person__names">
        <span className="parley-person__name">
          <bdi>{name}</bdi>
        </span>
        <span className="parley-person__username">
          {texts.memberCount(memberCount)}
          {conversation.topic && ` · ${conversation.topic}`}
        </span>
        <Problem error={join.error} />
      </span>
      <Button
        look={joined ? 'plain' : 'primary'}
        isBusy={join.isRunning}
        aria-label={joined ? texts.openRoom(name) : texts.joinRoom(name)}
        onClick={open}
      >
        {joined ? texts.open : texts.join}
      </Button>
    </li>
  )
}
