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

/** Makes an empty store of begun edits, at most one for each conversation. It keeps them in memory only. */
export const createEdits = (): EditsStore => createStore(() => ({}))

/** The text of a message; '' for null, and for a message that is deleted or encrypted. */
export const textOf = (message: Message | null): string => (message?.body?.kind === 'plain' ? message.body.text : '')

/**
 * The text of the field when the edit of this message begins or continues: the text typed so far if the store holds an
 * edit of the same message, else the text of the message; '' for null. Does not change the store.
 */
export function initialEditText(message: Message | null, store: EditsStore): string {
  const begun = message && store.getState()[message.conversationId]
  return begun?.message.id === message?.id ? (begun?.text ?? '') : textOf(message)
}

/**
 * Begins an edit of the message, with its text as the text typed so far. Replaces an edit that was begun in the same
 * conversation, also one of the same message, and forgets what was typed there. Pass the id of the message's own
 * conversation: the other functions look there.
 */
export const beginEdit = (store: EditsStore, conversationId: string, message: Message): void =>
  store.setState({ [conversationId]: { message, text: textOf(message) } })

/** Stores the typed text of a begun edit. Does nothing if no edit of this message was begun in its conversation. */
export function changeEdit(store: EditsStore, message: Message, text: string): void {
  const begun = store.getState()[message.conversationId]
  if (begun?.message.id === message.id) store.setState({ [message.conversationId]: { ...begun, text } })
}

/** Forgets the edit in this conversation and what was typed; does not save it. Without an edit nothing changes. */
export function endEdit(store: EditsStore, conversationId: string): void {
  const { [conversationId]: _, ...others } = store.getState()
  store.setState(others, true)
}
