import type { ComponentType } from 'react'
import { useChatSurface } from '../../hooks/use-chat.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { IconButton } from '../../ui/button.tsx'
import { Menu } from '../../ui/menu.tsx'
import type { ComposerDialogProps } from './composer-extension.ts'
import { composerActions } from './composer-extensions.tsx'

/** A component for a React state. It is in an object, because a state setter calls a function that it gets. */
export interface OpenedDialog {
  Dialog: ComponentType<ComposerDialogProps>
}

interface ComposerMenuProps {
  conversationId: string
  onOpen: (opened: OpenedDialog) => void
  onProblem: (error: unknown) => void
}

/**
 * A button and its menu of things other than text that can be sent; nothing if no feature offers any. A choice calls
 * `onProblem(null)` and runs the action. It shows neither a dialog nor an error of the action: the parent renders what
 * `onOpen` and `onProblem` get.
 */
export function ComposerMenu({ conversationId, onOpen, onProblem }: ComposerMenuProps) {
  const { chat, draftParts } = useChatSurface()
  const texts = useTexts()
  if (composerActions.length === 0) return null
  const open = (Dialog: OpenedDialog['Dialog']) => onOpen({ Dialog })
  const items = composerActions.map(({ label, icon, run }) => ({
    label: label(texts),
    icon,
    onSelect: () => {
      onProblem(null)
      run({ chat, draftParts, conversationId, open, report: onProblem })
    },
  }))
  return (
    <Menu
      label={texts.messages.add}
      groups={[{ items }]}
      trigger={(trigger) => <IconButton {...trigger} label={texts.messages.add} icon="add" />}
    />
  )
}
