import { Button, IconButton } from '../../ui/button.tsx'
import type { IconName } from '../../ui/icon-paths.ts'
import { DirectDialog } from './direct-dialog.tsx'
import { DiscoverDialog } from './discover-dialog.tsx'
import { RoomDialog } from './room-dialog.tsx'

/** How one comes into a conversation. */
export type Way = 'direct' | 'discover' | 'room'

const ways: readonly { way: Way; label: string; icon: IconName }[] = [
  { way: 'direct', label: 'Write to somebody', icon: 'write' },
  { way: 'discover', label: 'Public rooms', icon: 'compass' },
  { way: 'room', label: 'New room', icon: 'add' },
]

interface ChoiceProps {
  onChoose: (way: Way) => void
}

/** The ways as icons, for whoever knows them. */
export function NewConversationIcons({ onChoose }: ChoiceProps) {
  return ways.map(({ way, label, icon }, at) => (
    <IconButton
      key={way}
      label={label}
      icon={icon}
      data-region-entry={at === 0 || undefined}
      onClick={() => onChoose(way)}
    />
  ))
}

/** The ways in words, for whoever is in no conversation yet. */
export function NewConversationButtons({ onChoose }: ChoiceProps) {
  return (
    <div className="parley-ways">
      {ways.map(({ way, label, icon }, at) => (
        <Button key={way} icon={icon} data-region-entry={at === 0 || undefined} onClick={() => onChoose(way)}>
          {label}
        </Button>
      ))}
    </div>
  )
}

interface NewConversationDialogProps {
  way: Way
  onClose: () => void
  /** The person is in this conversation now. */
  onOpen: (conversationId: string) => void
}

/** The dialog that one of the ways leads to. */
export function NewConversationDialog({ way, onClose, onOpen }: NewConversationDialogProps) {
  if (way === 'direct') return <DirectDialog onClose={onClose} onOpen={onOpen} />
  if (way === 'discover') return <DiscoverDialog onClose={onClose} onOpen={onOpen} />
  return <RoomDialog onClose={onClose} onDone={({ id }) => onOpen(id)} />
}
