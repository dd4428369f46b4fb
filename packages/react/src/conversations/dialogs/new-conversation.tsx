import { useTexts } from '../../texts/use-texts.ts'
import { Button } from '../../ui/button.tsx'
import { Menu } from '../../ui/menu.tsx'
import { DirectDialog } from './direct-dialog.tsx'
import { DiscoverDialog } from './discover-dialog.tsx'
import { RoomDialog } from './room-dialog.tsx'

/** How a user comes into a further conversation: write to a person, join a public room, or make a room. */
export type NewConversationKind = 'direct' | 'discover' | 'room'

const choices = [
  { kind: 'direct', label: 'writeToSomebody', icon: 'write' },
  { kind: 'discover', label: 'publicRooms', icon: 'compass' },
  { kind: 'room', label: 'newRoom', icon: 'add' },
] as const

interface ChoiceProps {
  onChoose: (kind: NewConversationKind) => void
}

/**
 * A button with a menu, for the head of the sidebar: write to a person, find public rooms, make a room. A choice calls
 * `onChoose` with its kind; the menu shows no dialog itself.
 */
export function NewConversationMenu({ onChoose }: ChoiceProps) {
  const texts = useTexts().conversations
  const items = choices.map(({ kind, label, icon }) => ({ label: texts[label], icon, onSelect: () => onChoose(kind) }))
  return (
    <Menu
      label={texts.newConversation}
      groups={[{ items }]}
      trigger={(trigger) => (
        <Button {...trigger} icon="add" className="parley-new" data-region-entry>
          {texts.new}
        </Button>
      )}
    />
  )
}

/**
 * Three buttons, for a pane without a conversation: write to a person (the primary one), find public rooms, make a
 * room. They call `onChoose` with the kind, and show no dialog themselves.
 */
export function NewConversationButtons({ onChoose }: ChoiceProps) {
  const texts = useTexts().conversations
  return (
    <div className="parley-ways">
      {choices.map(({ kind, label, icon }, at) => (
        <Button
          key={kind}
          look={at === 0 ? 'primary' : 'quiet'}
          icon={icon}
          data-region-entry={at === 0 || undefined}
          onClick={() => onChoose(kind)}
        >
          {texts[label]}
        </Button>
      ))}
    </div>
  )
}

interface NewConversationDialogProps {
  kind: NewConversationKind
  onClose: () => void
  /** Called with the conversation that the user is in now. */
  onOpen: (conversationId: string) => void
}

/**
 * The dialog for a new conversation: `direct` finds a person to write to, `discover` finds public rooms to join,
 * `room` makes a room. `onOpen` gets the conversation that the user is in then; the dialog does not close itself after
 * it: the parent must unmount it. Closing it calls only `onClose`.
 */
export function NewConversationDialog({ kind, onClose, onOpen }: NewConversationDialogProps) {
  if (kind === 'direct') return <DirectDialog onClose={onClose} onOpen={onOpen} />
  if (kind === 'discover') return <DiscoverDialog onClose={onClose} onOpen={onOpen} />
  return <RoomDialog onClose={onClose} onDone={({ id }) => onOpen(id)} />
}
