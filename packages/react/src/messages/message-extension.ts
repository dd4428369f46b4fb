import type { Chat } from '@parley/client'
import type { Body, Message, Role } from '@parley/protocol'
import type { ComponentType } from 'react'
import type { Texts } from '../texts/english/english.ts'
import type { IconDrawing } from '../ui/icon-paths.ts'
import type { ShownMessage } from './timeline/message-rows.ts'

type PlainBody = Extract<Body, { kind: 'plain' }>

/** The names of the parts of a plain body: `text`, and those that features add. */
export type BodyPart = Exclude<keyof PlainBody, 'kind'>

export interface MessageContentProps {
  message: ShownMessage
  body: PlainBody
  commands: MessageCommands
}

/** The user who sees the messages of a conversation. It is the same object until a field changes. */
export interface MessageViewer {
  userId: string | undefined
  /** Their role in a room; undefined in a direct conversation. */
  role: Role | undefined
  /** Are they an administrator of the server? */
  isAdministrator: boolean
}

export interface MessageDialogProps {
  message: Message
  /** The button that opened it, or the row of the message: a layer is placed beside it. */
  anchor: Element
  viewer: MessageViewer
  commands: MessageCommands
  onClose: () => void
}

type MessageDialog = ComponentType<MessageDialogProps>

/**
 * The commands for messages. All rows get the same object, so that a row renders again only when its message changes.
 */
export interface MessageCommands {
  /** Runs an action. `source` is the button that was pressed, or the row. */
  run: (action: MessageAction, message: ShownMessage, source: Element) => void
  /** Shows a dialog or a layer for a message until it calls `onClose`. */
  open: (message: Message, Dialog: MessageDialog, source: Element) => void
  /** Shows an error at the top of the list; null removes it. */
  report: (error: unknown) => void
  /** Confirms an action whose effect is not visible, at the top of the list. */
  notify: (sentence: Sentence) => void
}

/** A sentence from the texts of the application. */
export type Sentence = (texts: Texts) => string

/** What an action can use. */
export interface MessageActionContext extends Pick<MessageCommands, 'report' | 'notify'> {
  chat: Chat
  /** Begins to edit the message in the composer. */
  edit: (message: Message) => void
  /** As in `MessageCommands`, with the button or row of this action as its source. */
  open: (message: Message, Dialog: MessageDialog) => void
}

/**
 * An action on a message. It is offered in the bar of its row or in the menu of that bar, in the sheet that a long
 * press opens, and by a key while the row has the focus.
 */
export interface MessageAction {
  name: string
  label: (texts: Texts) => string
  icon: IconDrawing
  /** True for frequent actions, which are in the bar; it has room for three or four. The others are in the menu. */
  isInBar?: boolean
  /** False if the feature's own part of the sheet (`SheetTop`) does the same. Default: true. */
  isInSheet?: boolean
  /** True for dangerous actions, which are red and at the end. */
  isDanger?: boolean
  /** The key's name in lower case, as in `KeyboardEvent.key`. */
  key?: string
  /** Is it offered to this viewer for this message? Must depend only on its arguments. */
  isOpenTo: (message: ShownMessage, viewer: MessageViewer) => boolean
  run: (message: ShownMessage, context: MessageActionContext) => void
}

export interface MessageFooterProps {
  message: ShownMessage
  commands: MessageCommands
}

export interface MessageContent {
  part: BodyPart
  Component: ComponentType<MessageContentProps>
  /** Does it show the text of the body, too? The text is then not shown by itself. */
  showsText?: boolean
}

/**
 * What a feature adds to every message. Rows render again only when their message changes, so its components must
 * subscribe to other state themselves, by the id of the message.
 */
export interface MessageExtension {
  name: string
  /** Rendered inside the bubble if the body has this part. */
  content?: MessageContent
  /** Rendered below the bubble of every message, for example the tallies of reactions. */
  Footer?: ComponentType<MessageFooterProps>
  /** Rendered above the actions in the sheet that a long press opens. */
  SheetTop?: MessageDialog
  actions?: readonly MessageAction[]
}
