import type { Body } from '@parley/protocol'
import { createStore, type StoreApi } from 'zustand/vanilla'

type PlainBody = Extract<Body, { kind: 'plain' }>

/** The parts of an unsent message other than its text, in the form of its later body. */
export type DraftParts = Omit<PlainBody, 'kind' | 'text'>

/** By conversation id. Not stored: it lasts as long as the page. */
export type DraftPartsStore = StoreApi<Readonly<Record<string, DraftParts>>>

const none: DraftParts = {}

/**
 * Makes an empty store of the parts of unsent messages other than their text, by conversation id. It keeps them in
 * memory only.
 */
export const createDraftParts = (): DraftPartsStore => createStore(() => ({}))

/**
 * The parts of a conversation's unsent message at this time; an empty object if it has none. A component that must
 * render again when they change uses `useDraftParts`.
 */
export const draftPartsOf = (store: DraftPartsStore, conversationId: string): DraftParts =>
  store.getState()[conversationId] ?? none

/**
 * Changes the parts of a conversation's unsent message: replaces the given ones, keeps the others, and removes a part
 * that is given as undefined.
 */
export function changeDraftParts(store: DraftPartsStore, conversationId: string, change: DraftParts): void {
  store.setState((drafts) => {
    const merged = { ...drafts[conversationId], ...change }
    const parts = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined))
    return { ...drafts, [conversationId]: parts }
  })
}

/** Has this object a key at all? A key whose value is undefined counts, too. */
export const hasParts = (parts: object): boolean => Object.keys(parts).length > 0
