import type { Message } from '@parley/protocol'
import type { MouseEvent } from 'react'
import { useLongPress } from '../headless/use-long-press.ts'
import type { MessageCommands } from '../messages/message-extension.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Icon } from '../ui/icon.tsx'
import { EmojiLayer } from './emoji-layer.tsx'
import { smile } from './reaction-icons.ts'
import { Tally } from './tally.tsx'
import { useReacting } from './use-reacting.ts'
import { useReactions } from './use-reactions.ts'
import { WhoReacted } from './who-reacted.tsx'

interface TalliesProps {
  message: Message
  commands: MessageCommands
}

const buttonAt = (target: Element) => target.closest('button') ?? target

/**
 * The reactions below a message, each a button that adds the own one or removes it, and a button for another emoji;
 * nothing for a message without reactions. A long press or a right click opens `WhoReacted` by `commands`, which also
 * get the errors.
 */
export function Tallies(props: TalliesProps) {
  const { reactions } = useReactions(props.message.conversationId, props.message.id)
  return reactions.length > 0 && <TallyRow {...props} />
}

/** A long press or a right click shows who reacted. */
function TallyRow({ message, commands }: TalliesProps) {
  const { reactions, react } = useReacting(message, commands)
  const texts = useTexts().reactions
  const longPress = useLongPress((target) => commands.open(message, WhoReacted, buttonAt(target)))
  const showWho = (event: MouseEvent) => {
    longPress.onContextMenu(event)
    if (event.defaultPrevented) return
    event.preventDefault()
    commands.open(message, WhoReacted, buttonAt(event.target as Element))
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
    <div
      className="parley-tallies"
      role="group"
      aria-label={texts.reactions}
      {...longPress}
      onContextMenu={showWho}
      // A press of the mouse must not take the focus from the composer.
      onMouseDown={(event) => event.preventDefault()}
    >
      {reactions.map((reaction) => (
        <Tally key={reaction.emoji} reaction={reaction} onToggle={react} />
      ))}
      <button
        type="button"
        className="parley-tally"
        data-row-action="add-reaction"
        tabIndex={-1}
        title={texts.addReaction}
        aria-label={texts.addReaction}
        aria-haspopup="dialog"
        onClick={(event) => commands.open(message, EmojiLayer, event.currentTarget)}
      >
        <span className="parley-tally__pill">
          <Icon name={smile} />
        </span>
      </button>
    </div>
  )
}
