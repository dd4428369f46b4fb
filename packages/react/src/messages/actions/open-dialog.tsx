import type { MessageViewer } from '../message-extension.ts'
import type { useMessageCommands } from './use-message-commands.ts'

interface OpenDialogProps {
  actions: ReturnType<typeof useMessageCommands>
  viewer: MessageViewer
}

/**
 * Renders the dialog or layer that `actions`, the result of `useMessageCommands`, has open for a message, and closes it
 * when it calls `onClose`; nothing if none is open.
 */
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
