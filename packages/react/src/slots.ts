import type { User } from '@parley/protocol'
import { type ComponentType, createContext, type ReactNode, useContext } from 'react'
import type { ShownMessage } from './messages/timeline/message-rows.ts'

export interface HeaderSlotProps {
  conversationId: string
  title: string
  /** The header that the slot replaces. */
  children: ReactNode
}

export interface MessageSlotProps {
  message: ShownMessage
  /** Undefined while the user is not loaded. */
  sender: User | undefined
  isOwn: boolean
  /** The bubble that the slot replaces. */
  children: ReactNode
}

export interface ComposerSlotProps {
  conversationId: string
  /** The composer that the slot replaces. */
  children: ReactNode
}

/**
 * Components of the host application that replace ours. Each gets the replaced one as `children`, and can render it
 * inside of its own or omit it. Pass the same object each time: a new one renders every message again.
 *
 * @example
 * const slots: Slots = { Header: ({ title, children }) => <>{children}<JobBar title={title} /></> }
 */
export interface Slots {
  /** Rendered above the messages. */
  Header?: ComponentType<HeaderSlotProps>
  /** Rendered instead of the bubble of each message. */
  Message?: ComponentType<MessageSlotProps>
  /** Rendered below the messages. */
  Composer?: ComponentType<ComposerSlotProps>
}

const none: Slots = {}

/** The host's own components for the parts of a `ChatPage` or `ChatWindow`; empty outside of one. */
export const SlotsContext = createContext<Slots>(none)

/**
 * The slots of the `ChatPage` or `ChatWindow` around the component; an empty object outside of one, or if it got none.
 */
export const useSlots = (): Slots => useContext(SlotsContext)
