import { useTexts } from '../../texts/use-texts.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { DirectDialog } from './direct-dialog.tsx'
import { DiscoverDialog } from './discover-dialog.tsx'
import { RoomDialog } from './room-dialog.tsx'

/** How one comes into a conversation. */
export type Way = 'direct' | 'discover' | 'room'

const ways = [
  { way: 'direct', label: 'writeToSomebody', icon: 'write' },
  { way: 'discover', label: 'publicRooms', icon: 'compass' },
  { way: 'room', label: 'newRoom', icon: 'add' },
] as const

interface ChoiceProps {
  onChoose: (way: Way) => void
}

/** The ways as icons, for people who know them. */
export function NewConversationIcons({ onChoose }: ChoiceProps) {
  const texts = useTexts().conversations
  return ways.map(({ way, label, icon }, at) => (
    <IconButton
      key={way}
      label={texts[label]}
      icon={icon}
      data-region-entry={at === 0 || undefined}
      onClick={() => onChoose(way)}
    />
  ))
}

/** The ways in words, for people who are in no conversation yet. */
export function NewConversationButtons({ onChoose }: ChoiceProps) {
  const texts = useTexts().conversations
  return (
    <div className="parley-ways">
      {ways.map(({ way, label, icon }, at) => (
        <Button
          key={way}
          look={at === 0 ? 'primary' : 'quiet'}
          icon={icon}
          data-region-entry={at === 0 || undefined}
          onClick={() => onChoose(way)}
        >
          {texts[label]}
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
