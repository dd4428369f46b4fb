import { useEffect } from 'react'
import { moveFocus } from '../headless/move-focus.ts'
import type { MessageDialogProps } from '../messages/message-extension.ts'
import { useTexts } from '../texts/use-texts.ts'
import { IconButton } from '../ui/button.tsx'
import { EmojiLayer } from './emoji-layer.tsx'
import { loadEmojiBoard } from './picker/load-emoji-board.tsx'
import { useReacting } from './use-reacting.ts'
import { WhoReacted } from './who-reacted.tsx'

const usual = ['👍', '❤️', '😂', '🎉', '😮', '🙏']

/**
 * A toolbar of six usual emoji, a button for all emoji and, if the message has reactions, one for the list of people
 * who reacted. An emoji calls `onClose`, then adds the own reaction or removes it; a failure goes to `commands.report`.
 * The other two open their dialog by `commands`. It preloads the emoji picker.
 */
export function QuickReactions(props: MessageDialogProps) {
  const { message, anchor, commands, onClose } = props
  const { reactions, react } = useReacting(message, commands)
  const texts = useTexts().reactions
  // Preloads the picker, because the next press may open it.
  useEffect(() => void loadEmojiBoard().catch(() => undefined), [])
  const isOwn = (emoji: string) => reactions.some((one) => one.emoji === emoji && one.own)
  return (
    <div
      className="parley-quick"
      role="toolbar"
      aria-label={texts.react}
      onKeyDown={(event) => moveFocus(event, [...event.currentTarget.querySelectorAll('button')])}
    >
      {usual.map((emoji) => (
        <button
          key={emoji}
          type="button"
          className="parley-quick__emoji parley-emoji"
          aria-label={texts.reactWith(emoji)}
          aria-pressed={isOwn(emoji)}
          onClick={() => {
            onClose()
            react(emoji)
          }}
        >
          {emoji}
        </button>
      ))}
      <IconButton label={texts.more} icon="add" onClick={() => commands.open(message, EmojiLayer, anchor)} />
      {reactions.length > 0 && (
        <IconButton label={texts.whoReacted} icon="people" onClick={() => commands.open(message, WhoReacted, anchor)} />
      )}
    </div>
  )
}
