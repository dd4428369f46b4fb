import type { ConversationState } from '@parley/client'
import type { Message } from '@parley/protocol'
import { type ComponentType, useMemo, useRef, useState } from 'react'
import { useChat } from '../hooks/use-chat.ts'
import type { MessageAction, MessageDialogProps, MessageViewer } from './message-extension.ts'
import { type ShownMessage, shownMessages } from './timeline/message-rows.ts'

/** The same object for every row, so that a row renders again only when its message changes. */
export interface MessageCommands {
  /** Runs an action. `source` is the button that was pressed, or the row. */
  run: (action: MessageAction, message: ShownMessage, source: Element) => void
}

interface MessageDialog {
  message: Message
  anchor: Element
  Dialog: ComponentType<MessageDialogProps>
}

/** Is the action offered for this message? A key does only what the row's buttons offer. */
const isOffered = (action: MessageAction, message: ShownMessage, viewer: MessageViewer): boolean =>
  message.body !== null && message.type !== 'system' && action.isOpenTo(message, viewer)

/** The actions that are offered for a message, in their order. */
export const offeredActions = (actions: readonly MessageAction[], message: ShownMessage, viewer: MessageViewer) =>
  actions.filter((action) => isOffered(action, message, viewer))

interface MessageCommandOptions {
  held: ConversationState
  viewer: MessageViewer
  onEdit: (message: Message) => void
}

/** What can be done with the messages of a conversation, by button and by key. `actions` keeps its identity. */
export function useMessageCommands(actions: readonly MessageAction[], options: MessageCommandOptions) {
  const chat = useChat()
  const [dialog, setDialog] = useState<MessageDialog | null>(null)
  const latest = useRef(options)
  latest.current = options
  const commands = useMemo<MessageCommands>(
    () => ({
      run: (action, message, source) =>
        action.run(message, {
          chat,
          edit: latest.current.onEdit,
          open: (about, Dialog) => {
            // The button may go with its message: the row stays, and gets the focus back from the dialog.
            const row = source.closest<HTMLElement>('[data-row]')
            row?.focus()
            setDialog({ message: about, anchor: row ?? source, Dialog })
          },
        }),
    }),
    [chat],
  )
  const keys = useMemo(() => {
    const runByKey = (action: MessageAction) => (row: HTMLElement) => {
      const { held, viewer } = latest.current
      const message = shownMessages(held).find(({ id }) => id === row.dataset.row)
      if (message && isOffered(action, message, viewer)) commands.run(action, message, row)
    }
    return Object.fromEntries(actions.flatMap((action) => (action.key ? [[action.key, runByKey(action)]] : [])))
  }, [actions, commands])
  return { commands, keys, dialog, closeDialog: () => setDialog(null) }
}
