import type { Body } from '@parley/protocol'
import { createStore, type StoreApi } from 'zustand/vanilla'

type PlainBody = Extract<Body, { kind: 'plain' }>

/** The parts of an unsent message other than its text, in the form of its later body. */
export type DraftParts = Omit<PlainBody, 'kind' | 'text'>

/** By conversation id. Not stored: it lasts as long as the page. */
export type DraftPartsStore = StoreApi<Readonly<Record<string, DraftParts>>>

const none: DraftParts = {}

export const createDraftParts = (): DraftPartsStore => createStore(() => ({}))

/** The parts of a conversation's unsent message; an empty object if it has none. */
export const draftPartsOf = (store: DraftPartsStore, conversationId: string): DraftParts =>
  store.getState()[conversationId] ?? none

/** Replaces the given parts and keeps the others; removes a part that is given as undefined. */
export function changeDraftParts(store: DraftPartsStore, conversationId: string, change: DraftParts): void {
  store.setState((drafts) => {
    const merged = { ...drafts[conversationId], ...change }
    const parts = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined))
    return { ...drafts, [conversationId]: parts }
  })
}

export const hasParts = (parts: object): boolean => Object.keys(parts).length > 0
