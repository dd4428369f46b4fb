import type { MessageDialogProps } from '../messages/message-extension.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Layer } from '../ui/layer.tsx'
import { EmojiPicker } from './picker/emoji-picker.tsx'
import { useReacting } from './use-reacting.ts'

/**
 * The picker with all emoji as a layer beside `anchor`, open while it is mounted. A choice calls `onClose`, then adds
 * the own reaction with that emoji to the message, or removes it if there is one; a failure goes to `commands.report`.
 */
export function EmojiLayer({ message, anchor, commands, onClose }: MessageDialogProps) {
  const { react } = useReacting(message, commands)
  const texts = useTexts().reactions
  return (
    <Layer label={texts.addReaction} anchor={anchor} onClose={onClose}>
      <EmojiPicker
        onPick={(emoji) => {
          onClose()
          react(emoji)
        }}
      />
    </Layer>
  )
}
