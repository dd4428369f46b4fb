import type { Chat } from '@parley/client'
import type { Body, Message, Role } from '@parley/protocol'
import type { ComponentType } from 'react'
import type { Texts } from '../texts/english/english.ts'
import type { IconDrawing } from '../ui/icon-paths.ts'
import type { ShownMessage } from './timeline/message-rows.ts'

type PlainBody = Extract<Body, { kind: 'plain' }>

/** The parts of a body that the server can read: text, and what later features add. */
export type BodyPart = Exclude<keyof PlainBody, 'kind'>

export interface MessageContentProps {
  message: ShownMessage
  body: PlainBody
  commands: MessageCommands
}

/** Who looks at the messages of a conversation. The object lasts as long as nothing in it changes. */
export interface MessageViewer {
  userId: string | undefined
  /** Their role in a room; undefined in a direct conversation. */
  role: Role | undefined
  /** Are they an administrator of the server? */
  isAdministrator: boolean
}

export interface MessageDialogProps {
  message: Message
  /** The button that asked for it, or the row of the message, for a layer that stands beside it. */
  anchor: Element
  viewer: MessageViewer
  commands: MessageCommands
  onClose: () => void
}

type MessageDialog = ComponentType<MessageDialogProps>

/** What can be done with messages. The same object for every row, so that a row renders again only when its message changes. */
export interface MessageCommands {
  /** Runs an action. `source` is the button that was pressed, or the row. */
  run: (action: MessageAction, message: ShownMessage, source: Element) => void
  /** Shows a dialog or a layer about a message, until it closes itself. */
  open: (message: Message, Dialog: MessageDialog, source: Element) => void
  /** Says that something failed which has no place of its own to say so; null takes it back. */
  report: (error: unknown) => void
  /** Says what was done where nothing else shows it. */
  notify: (sentence: Sentence) => void
}

/** A sentence in the words of the application. */
export type Sentence = (texts: Texts) => string

/** What an action can use. */
export interface MessageActionContext extends Pick<MessageCommands, 'report' | 'notify'> {
  chat: Chat
  /** Puts the message into the composer. */
  edit: (message: Message) => void
  /** As in `MessageCommands`, beside what the action was asked from. */
  open: (message: Message, Dialog: MessageDialog) => void
}

/**
 * Something a person does with a message: in the bar of its row or in the menu of that, in the sheet that a resting
 * finger opens, and by a key while the row has the focus.
 */
export interface MessageAction {
  name: string
  label: (texts: Texts) => string
  icon: IconDrawing
  /** Is it needed so often that it stands in the bar? Three or four do. Any other stands in the menu. */
  isInBar?: boolean
  /** False where the feature's own part of the sheet (`SheetTop`) does the same. */
  isInSheet?: boolean
  /** It stands last, and in red. */
  isDanger?: boolean
  /** The key's name in lower case, as in `KeyboardEvent.key`. */
  key?: string
  /** Is it offered to this viewer? The answer depends on nothing but what is given. */
  isOpenTo: (message: ShownMessage, viewer: MessageViewer) => boolean
  run: (message: ShownMessage, context: MessageActionContext) => void
}

export interface MessageFooterProps {
  message: ShownMessage
  commands: MessageCommands
}

/**
 * What a feature adds to every message. Its components are rendered by rows that render again only when their message
 * changes: a component subscribes to anything else by itself, by the id of the message.
 */
export interface MessageExtension {
  name: string
  /** Inside of the bubble, for a message whose body has this part. */
  content?: { part: BodyPart; Component: ComponentType<MessageContentProps> }
  /** Below the bubble, such as tallies or the summary of a thread; it renders nothing where there is nothing to show. */
  Footer?: ComponentType<MessageFooterProps>
  /** Above the actions in the sheet that a resting finger opens. */
  SheetTop?: MessageDialog
  actions?: readonly MessageAction[]
}
