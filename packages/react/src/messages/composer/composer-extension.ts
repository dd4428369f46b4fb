import type { Chat } from '@parley/client'
import type { ComponentType } from 'react'
import type { Texts } from '../../texts/english/english.ts'
import type { IconDrawing } from '../../ui/icon-paths.ts'

export interface ComposerDialogProps {
  conversationId: string
  onClose: () => void
}

/** What an action of the composer can use. */
export interface ComposerActionContext {
  chat: Chat
  conversationId: string
  /** Shows a dialog, until it closes itself. */
  open: (Dialog: ComponentType<ComposerDialogProps>) => void
  /** Says that something failed which has no place of its own to say so. */
  report: (error: unknown) => void
}

/** Something else than a text that a person sends, in the menu beside the field. */
export interface ComposerAction {
  name: string
  label: (texts: Texts) => string
  icon: IconDrawing
  run: (context: ComposerActionContext) => void
}

export interface ComposerTrayProps {
  conversationId: string
  /** An edit is going on: what the tray holds waits for the message after it. */
  isEditing: boolean
  /** Gives the field the focus. */
  onTaken: () => void
}

export interface ComposerIdleProps {
  conversationId: string
  /** Shows something in the place of the field, until it closes itself. */
  replaceField: (Field: ComponentType<ComposerDialogProps>) => void
  report: (error: unknown) => void
}

/** What a feature adds to the composer. */
export interface ComposerExtension {
  name: string
  actions?: readonly ComposerAction[]
  /** Above the field: what goes with the text into the same message. */
  Tray?: ComponentType<ComposerTrayProps>
  /** In the place of the send button, as long as there is nothing to send. One feature has it. */
  Idle?: ComponentType<ComposerIdleProps>
}
