import type { Chat } from '@parley/client'
import { createStore, type StoreApi } from 'zustand/vanilla'

/**
 * A file that was refused, or whose upload failed. It is not part of the message; it is shown until the person removes
 * it.
 */
export interface SetAside {
  /** The id of the upload, or a generated one if the file was refused before the upload. */
  id: string
  name: string
  /** A sentence, or the error of the upload. */
  problem: unknown
  canRetry: boolean
}

type SetAsideStore = StoreApi<Readonly<Record<string, readonly SetAside[]>>>

const stores = new WeakMap<Chat, SetAsideStore>()

/** The files set aside, by conversation. Returns the same store for the same chat; it lasts as long as the chat. */
export function setAsideStore(chat: Chat): SetAsideStore {
  const known = stores.get(chat)
  if (known) return known
  const store: SetAsideStore = createStore(() => ({}))
  stores.set(chat, store)
  return store
}
