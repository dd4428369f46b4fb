import type { Message } from '@parley/protocol'
import { createStore, type StoreApi } from 'zustand/vanilla'

/** An edit that is neither saved nor cancelled, with the text typed so far. */
export interface BegunEdit {
  message: Message
  text: string
}

/**
 * By conversation id. It lasts as long as the page, so that an edit survives a change to another conversation and back.
 */
export type EditsStore = StoreApi<Readonly<Record<string, BegunEdit>>>

export const createEdits = (): EditsStore => createStore(() => ({}))

/** The text of a message; '' if its body is not plain. */
export const textOf = (message: Message | null): string => (message?.body?.kind === 'plain' ? message.body.text : '')

/** The text of the field when an edit begins or continues: the text typed so far, else that of the message. */
export function initialEditText(message: Message | null, store: EditsStore): string {
  const begun = message && store.getState()[message.conversationId]
  return begun?.message.id === message?.id ? (begun?.text ?? '') : textOf(message)
}

export const beginEdit = (store: EditsStore, conversationId: string, message: Message): void =>
  store.setState({ [conversationId]: { message, text: textOf(message) } })

/** Stores the typed text; does nothing if another message is being edited. */
export function changeEdit(store: EditsStore, message: Message, text: string): void {
  const begun = store.getState()[message.conversationId]
  if (begun?.message.id === message.id) store.setState({ [message.conversationId]: { ...begun, text } })
}

export function endEdit(store: EditsStore, conversationId: string): void {
  const { [conversationId]: _, ...others } = store.getState()
  store.setState(others, true)
}
