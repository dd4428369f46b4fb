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
}

/** Who looks at the messages of a conversation. The object lasts as long as nothing in it changes. */
export interface MessageViewer {
  userId: string | undefined
  /** Their role in a room; undefined in a direct conversation. */
  role: Role | undefined
}

export interface MessageDialogProps {
  message: Message
  /** The row of the message, for a layer that stands beside it. */
  anchor: Element
  onClose: () => void
}

/** What an action can use. */
export interface MessageActionContext {
  chat: Chat
  /** Puts the message into the composer. */
  edit: (message: Message) => void
  /** Shows a dialog about the message, until it closes itself. */
  open: (message: Message, Dialog: ComponentType<MessageDialogProps>) => void
}

/** Something a person does with a message: a button in its action bar, and a key while its row has the focus. */
export interface MessageAction {
  name: string
  label: (texts: Texts) => string
  icon: IconDrawing
  isDanger?: boolean
  /** The key's name in lower case, as in `KeyboardEvent.key`. */
  key?: string
  /** Is it offered to this viewer? The answer depends on nothing but what is given. */
  isOpenTo: (message: ShownMessage, viewer: MessageViewer) => boolean
  run: (message: ShownMessage, context: MessageActionContext) => void
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
  Footer?: ComponentType<{ message: ShownMessage }>
  actions?: readonly MessageAction[]
}
