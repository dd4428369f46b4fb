import type { ConversationState } from '@parley/client'
import type { Message } from '@parley/protocol'
import { type ComponentType, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { focusedElement } from '../../hooks/focused-element.ts'
import { useChat } from '../../hooks/use-chat.ts'
import type {
  MessageAction,
  MessageCommands,
  MessageDialogProps,
  MessageViewer,
  Sentence,
} from '../message-extension.ts'
import { isPending, type ShownMessage, shownMessages } from '../timeline/message-rows.ts'

interface OpenDialog {
  message: Message
  anchor: Element
  Dialog: ComponentType<MessageDialogProps>
}

/** Is the action offered for this message? Keys and buttons use the same answer. */
const isOffered = (action: MessageAction, message: ShownMessage, viewer: MessageViewer): boolean =>
  message.body !== null && message.type !== 'system' && action.isOpenTo(message, viewer)

/**
 * The actions that are offered for a message, in their order: those whose `isOpenTo` is true. None for a deleted
 * message and for one of type `system`.
 */
export const offeredActions = (actions: readonly MessageAction[], message: ShownMessage, viewer: MessageViewer) =>
  actions.filter((action) => isOffered(action, message, viewer))

const rowOf = (element: Element) => element.closest<HTMLElement>('[data-row]')

/** The button of the row that runs this action, else the one that opens the menu, else the row. */
const buttonOf = (row: Element, { name }: MessageAction) =>
  row.querySelector(`[data-row-action="${name}"]`) ?? row.querySelector('[data-row-action="more"]') ?? row

interface MessageCommandOptions {
  /** Undefined if the user is not in the conversation. */
  conversationState: ConversationState | undefined
  viewer: MessageViewer
  onEdit: (message: Message) => void
}

/**
 * The commands for the messages of a conversation: `commands` for buttons, `keys` for `useRowFocus`, and for long
 * presses `openFor`, which opens a dialog for the message of the row around an element. They render nothing: the caller
 * shows `dialog` (by `OpenDialog`; a new one replaces it), `problem` and `notice`. `commands.run` clears the latter two
 * and runs any action unchecked; `keys` ignore one that is not offered for the row's message, `openFor` ignores pending
 * messages and those without offered actions. Without `conversationState`, both do nothing. Pass a stable array of
 * `actions`.
 */
export function useMessageCommands(actions: readonly MessageAction[], options: MessageCommandOptions) {
  const chat = useChat()
  const [dialog, setDialog] = useState<OpenDialog | null>(null)
  const [problem, setProblem] = useState<unknown>(null)
  const [notice, setNotice] = useState<Sentence | null>(null)
  const latest = useRef(options)
  latest.current = options
  const commands = useMemo<MessageCommands>(() => {
    const open: MessageCommands['open'] = (message, Dialog, anchor) => {
      // The button may be removed with its message: the row stays, so the dialog returns the focus to the row.
      const row = rowOf(anchor)
      if (row?.contains(focusedElement())) row.focus()
      setDialog({ message, anchor, Dialog })
    }
    const notify: MessageCommands['notify'] = (sentence) => setNotice(() => sentence)
    const run: MessageCommands['run'] = (action, message, source) => {
      setProblem(null)
      setNotice(null)
      const openHere = (about: Message, Dialog: OpenDialog['Dialog']) => open(about, Dialog, source)
      action.run(message, { chat, edit: latest.current.onEdit, open: openHere, report: setProblem, notify })
    }
    return { run, open, report: setProblem, notify }
  }, [chat])
  const rowCommands = useRowCommands(actions, commands, latest)
  useOpenMark(dialog?.anchor)
  return {
    commands,
    ...rowCommands,
    dialog,
    closeDialog: () => setDialog(null),
    problem,
    dismissProblem: () => setProblem(null),
    notice,
    dismissNotice: () => setNotice(null),
  }
}

/** `keys` run an action on the message of the focused row; `openFor` opens a dialog for the message at an element. */
function useRowCommands(
  actions: readonly MessageAction[],
  commands: MessageCommands,
  latest: { readonly current: MessageCommandOptions },
) {
  return useMemo(() => {
    const messageOf = (row: HTMLElement) => {
      const { conversationState } = latest.current
      return conversationState && shownMessages(conversationState).find(({ id }) => id === row.dataset.row)
    }
    const runByKey = (action: MessageAction) => (row: HTMLElement) => {
      const message = messageOf(row)
      if (message && isOffered(action, message, latest.current.viewer)) {
        commands.run(action, message, buttonOf(row, action))
      }
    }
    const keys = Object.fromEntries(actions.flatMap((action) => (action.key ? [[action.key, runByKey(action)]] : [])))
    const openFor = (target: Element, Dialog: OpenDialog['Dialog']) => {
      const row = rowOf(target)
      const message = row && messageOf(row)
      if (!row || !message || isPending(message)) return
      if (offeredActions(actions, message, latest.current.viewer).length > 0) commands.open(message, Dialog, row)
    }
    return { keys, openFor }
  }, [actions, commands, latest])
}

/** Marks the row of the open dialog (`data-open`), so that its action bar stays visible beside the layer. */
function useOpenMark(anchor: Element | undefined) {
  useLayoutEffect(() => {
    const row = anchor && rowOf(anchor)
    row?.setAttribute('data-open', '')
    return () => row?.removeAttribute('data-open')
  }, [anchor])
}
