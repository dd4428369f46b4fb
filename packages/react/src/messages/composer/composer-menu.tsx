import { type ComponentType, useState } from 'react'
import { useChat } from '../../hooks/use-chat.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { IconButton } from '../../ui/button.tsx'
import { Menu } from '../../ui/menu.tsx'
import type { ComposerDialogProps } from './composer-extension.ts'
import { composerActions } from './composer-extensions.tsx'

interface ComposerMenuProps {
  conversationId: string
  onProblem: (error: unknown) => void
}

/** What can be sent beside a text; nothing where no feature offers anything. */
export function ComposerMenu({ conversationId, onProblem }: ComposerMenuProps) {
  const chat = useChat()
  const texts = useTexts()
  const [open, setOpen] = useState<{ Dialog: ComponentType<ComposerDialogProps> } | null>(null)
  if (composerActions.length === 0) return null
  const context = { chat, conversationId, open: (Dialog: ComponentType<ComposerDialogProps>) => setOpen({ Dialog }) }
  const items = composerActions.map(({ label, icon, run }) => ({
    label: label(texts),
    icon,
    onSelect: () => {
      onProblem(null)
      run({ ...context, report: onProblem })
    },
  }))
  return (
    <>
      <Menu
        label={texts.messages.add}
        groups={[{ items }]}
        trigger={(trigger) => <IconButton {...trigger} label={texts.messages.add} icon="add" />}
      />
      {open && <open.Dialog conversationId={conversationId} onClose={() => setOpen(null)} />}
    </>
  )
}
