import type { ComponentType } from 'react'
import { useChat } from '../../hooks/use-chat.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { IconButton } from '../../ui/button.tsx'
import { Menu } from '../../ui/menu.tsx'
import type { ComposerDialogProps } from './composer-extension.ts'
import { composerActions } from './composer-extensions.tsx'

/** A component in an object: a setter of state would call it. */
export interface OpenedDialog {
  Dialog: ComponentType<ComposerDialogProps>
}

interface ComposerMenuProps {
  conversationId: string
  onOpen: (opened: OpenedDialog) => void
  onProblem: (error: unknown) => void
}

/** What can be sent beside a text; nothing where no feature offers anything. */
export function ComposerMenu({ conversationId, onOpen, onProblem }: ComposerMenuProps) {
  const chat = useChat()
  const texts = useTexts()
  if (composerActions.length === 0) return null
  const open = (Dialog: OpenedDialog['Dialog']) => onOpen({ Dialog })
  const items = composerActions.map(({ label, icon, run }) => ({
    label: label(texts),
    icon,
    onSelect: () => {
      onProblem(null)
      run({ chat, conversationId, open, report: onProblem })
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
