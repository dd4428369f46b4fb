import type { MessageViewer } from '../message-extension.ts'
import type { useMessageCommands } from './use-message-commands.ts'

interface OpenDialogProps {
  actions: ReturnType<typeof useMessageCommands>
  viewer: MessageViewer
}

/** The dialog or layer that an action opened for a message, if one is open. */
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
