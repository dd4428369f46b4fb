import type { Chat } from '@parley/client'
import type { ComponentType } from 'react'
import type { Texts } from '../../texts/english/english.ts'
import type { IconDrawing } from '../../ui/icon-paths.ts'
import type { DraftPartsStore } from './draft-parts.ts'

export interface ComposerDialogProps {
  conversationId: string
  onClose: () => void
}

/** What an action of the composer can use. */
export interface ComposerActionContext {
  chat: Chat
  draftParts: DraftPartsStore
  conversationId: string
  /** Shows a dialog until it calls `onClose`. */
  open: (Dialog: ComponentType<ComposerDialogProps>) => void
  /** Shows an error above the field; null removes it. */
  report: (error: unknown) => void
}

/** An item of the menu beside the field, for something other than text that a person can send. */
export interface ComposerAction {
  name: string
  label: (texts: Texts) => string
  icon: IconDrawing
  run: (context: ComposerActionContext) => void
}

export interface ComposerTrayProps {
  conversationId: string
  /** True during an edit: the content of the tray belongs to the next new message. */
  isEditing: boolean
  focusField: () => void
}

export interface ComposerIdleProps {
  conversationId: string
  /** Shows a component instead of the field until it calls `onClose` or an edit begins. */
  replaceField: (Field: ComponentType<ComposerDialogProps>) => void
  /** Shows an error above the field; null removes it. */
  report: (error: unknown) => void
}

/** What a feature adds to the composer. */
export interface ComposerExtension {
  name: string
  actions?: readonly ComposerAction[]
  /** Shown above the field: parts that are sent in the same message as the text. */
  Tray?: ComponentType<ComposerTrayProps>
  /** Shown instead of the send button while there is nothing to send. Only the first feature that has it is used. */
  Idle?: ComponentType<ComposerIdleProps>
}
