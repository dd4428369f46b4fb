import type { Body } from '@parley/protocol'
import { createStore, type StoreApi } from 'zustand/vanilla'

type PlainBody = Extract<Body, { kind: 'plain' }>

/** What a message that is being written has beside its text, as its body will have it. */
export type DraftParts = Omit<PlainBody, 'kind' | 'text'>

/** By conversation. It lasts as long as the page. */
export type DraftPartsStore = StoreApi<Readonly<Record<string, DraftParts>>>

const none: DraftParts = {}

export const createDraftParts = (): DraftPartsStore => createStore(() => ({}))

export const draftPartsOf = (store: DraftPartsStore, conversationId: string): DraftParts =>
  store.getState()[conversationId] ?? none

/** Replaces what is given; a part that is undefined is taken out. */
export function changeDraftParts(store: DraftPartsStore, conversationId: string, change: DraftParts): void {
  store.setState((drafts) => {
    const merged = { ...drafts[conversationId], ...change }
    const parts = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined))
    return { ...drafts, [conversationId]: parts }
  })
}

export const hasParts = (parts: object): boolean => Object.keys(parts).length > 0
