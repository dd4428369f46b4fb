import { useTexts } from '../../texts/use-texts.ts'
import { AnchoredMenu } from '../../ui/anchored-menu.tsx'
import type { MenuItem } from '../../ui/menu.tsx'
import type { MessageAction, MessageDialogProps } from '../message-extension.ts'
import { messageActions } from '../message-extensions.tsx'
import { offeredActions } from './use-message-commands.ts'

/**
 * A menu beside `anchor`, open while it is mounted, with the offered actions of a message that are not in its bar;
 * dangerous ones are a separate group at the end. An empty menu if there are none. A choice calls `onClose`, then
 * `commands.run`; Escape, Tab and a press outside call only `onClose`.
 */
export function MessageMenu({ message, anchor, viewer, commands, onClose }: MessageDialogProps) {
  const texts = useTexts()
  const itemOf = (action: MessageAction): MenuItem => ({
    label: action.label(texts),
    icon: action.icon,
    isDanger: action.isDanger,
    onSelect: () => commands.run(action, message, anchor),
  })
  const items = offeredActions(messageActions, message, viewer)
    .filter(({ isInBar }) => !isInBar)
    .map(itemOf)
  const groups = [
    { items: items.filter(({ isDanger }) => !isDanger) },
    { items: items.filter(({ isDanger }) => isDanger) },
  ]
  return <AnchoredMenu label={texts.messages.more} groups={groups} anchor={anchor} onClose={onClose} />
}
