import type { User } from '@parley/protocol'
import { type ComponentType, createContext, type ReactNode, useContext } from 'react'
import type { ShownMessage } from './messages/timeline/message-rows.ts'

export interface HeaderSlotProps {
  conversationId: string
  title: string
  /** The header as it is without the slot. */
  children: ReactNode
}

export interface MessageSlotProps {
  message: ShownMessage
  /** Undefined as long as this person is not known. */
  sender: User | undefined
  isOwn: boolean
  /** The bubble as it is without the slot. */
  children: ReactNode
}

export interface ComposerSlotProps {
  conversationId: string
  /** The composer as it is without the slot. */
  children: ReactNode
}

/**
 * Components of the host application in the place of ours. Each is given what it replaces, to put it inside of something, or
 * to leave it out. One object that lasts: with each new one every message renders again.
 *
 * @example
 * const slots: Slots = { Header: ({ title, children }) => <>{children}<JobBar title={title} /></> }
 */
export interface Slots {
  /** Above the messages. */
  Header?: ComponentType<HeaderSlotProps>
  /** Around the bubble of each message. */
  Message?: ComponentType<MessageSlotProps>
  /** Below the messages. */
  Composer?: ComponentType<ComposerSlotProps>
}

const none: Slots = {}

export const SlotsContext = createContext<Slots>(none)

export const useSlots = (): Slots => useContext(SlotsContext)
