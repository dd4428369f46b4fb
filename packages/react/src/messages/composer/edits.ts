import type { Message } from '@parley/protocol'
import { createStore, type StoreApi } from 'zustand/vanilla'

/** An edit that is neither saved nor given up. */
export interface BegunEdit {
  message: Message
  text: string
}

/** By conversation. It lasts as long as the page, so that an edit waits for who changes to another conversation and back. */
export type EditsStore = StoreApi<Readonly<Record<string, BegunEdit>>>

export const createEdits = (): EditsStore => createStore(() => ({}))

export const textOf = (message: Message | null): string => (message?.body?.kind === 'plain' ? message.body.text : '')

/** What the field has when somebody begins to edit a message, or comes back to an edit that they left. */
export function beginningOf(message: Message | null, store: EditsStore): string {
  const begun = message && store.getState()[message.conversationId]
  return begun?.message.id === message?.id ? (begun?.text ?? '') : textOf(message)
}

export const beginEdit = (store: EditsStore, conversationId: string, message: Message): void =>
  store.setState({ [conversationId]: { message, text: textOf(message) } })

/** Keeps what was typed; does nothing for a message that is not the one being edited. */
export function changeEdit(store: EditsStore, message: Message, text: string): void {
  const begun = store.getState()[message.conversationId]
  if (begun?.message.id === message.id) store.setState({ [message.conversationId]: { ...begun, text } })
}

export function endEdit(store: EditsStore, conversationId: string): void {
  const { [conversationId]: _, ...others } = store.getState()
  store.setState(others, true)
}
