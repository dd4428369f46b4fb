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

/** Is the action offered for this message? A key does only what the row's buttons offer. */
const isOffered = (action: MessageAction, message: ShownMessage, viewer: MessageViewer): boolean =>
  message.body !== null && message.type !== 'system' && action.isOpenTo(message, viewer)

/** The actions that are offered for a message, in their order. */
export const offeredActions = (actions: readonly MessageAction[], message: ShownMessage, viewer: MessageViewer) =>
  actions.filter((action) => isOffered(action, message, viewer))

const rowOf = (element: Element) => element.closest<HTMLElement>('[data-row]')

/** The button of a row that does the same as a key, else the one whose menu has it, else the row. */
const buttonOf = (row: Element, { name }: MessageAction) =>
  row.querySelector(`[data-row-action="${name}"]`) ?? row.querySelector('[data-row-action="more"]') ?? row

interface MessageCommandOptions {
  /** Undefined where one is not in the conversation. */
  held: ConversationState | undefined
  viewer: MessageViewer
  onEdit: (message: Message) => void
}

/** What can be done with the messages of a conversation, by button, key and finger. `actions` keeps its identity. */
export function useMessageCommands(actions: readonly MessageAction[], options: MessageCommandOptions) {
  const chat = useChat()
  const [dialog, setDialog] = useState<OpenDialog | null>(null)
  const [problem, setProblem] = useState<unknown>(null)
  const [notice, setNotice] = useState<Sentence | null>(null)
  const latest = useRef(options)
  latest.current = options
  const commands = useMemo<MessageCommands>(() => {
    const open: MessageCommands['open'] = (message, Dialog, anchor) => {
      // The button may go with its message: the row stays, and gets the focus back from the dialog.
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

/** What is done with the message of a row: by a key, or by a finger that rests on it. */
function useRowCommands(
  actions: readonly MessageAction[],
  commands: MessageCommands,
  latest: { readonly current: MessageCommandOptions },
) {
  return useMemo(() => {
    const messageOf = (row: HTMLElement) => {
      const { held } = latest.current
      return held && shownMessages(held).find(({ id }) => id === row.dataset.row)
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

/** Marks the row that a dialog is about, so that its bar stays while a layer stands beside it. */
function useOpenMark(anchor: Element | undefined) {
  useLayoutEffect(() => {
    const row = anchor && rowOf(anchor)
    row?.setAttribute('data-open', '')
    return () => row?.removeAttribute('data-open')
  }, [anchor])
}
