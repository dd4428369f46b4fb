import type { MessageViewer } from '../message-extension.ts'
import type { useMessageCommands } from './use-message-commands.ts'

interface OpenDialogProps {
  actions: ReturnType<typeof useMessageCommands>
  viewer: MessageViewer
}

/** What an action has opened about a message. */
export function OpenDialog({ actions, viewer }: OpenDialogProps) {
  const { dialog, commands, closeDialog } = actions
  if (!dialog) return null
  const { Dialog, message, anchor } = dialog
  return (
    <Dialog
      key={message.id}
      message={message}
      anchor={anchor}
      viewer={viewer}
      commands={commands}
      onClose={closeDialog}
    />
  )
}
