import type { Chat } from '@parley/client'
import { createStore, type StoreApi } from 'zustand/vanilla'

/** A file that did not come into the message, and why; it stays in sight until somebody decides. */
export interface SetAside {
  /** That of the upload, or one of its own for a file that was refused here. */
  id: string
  name: string
  /** A sentence, or what the upload failed with. */
  problem: unknown
  canRetry: boolean
}

type SetAsideStore = StoreApi<Readonly<Record<string, readonly SetAside[]>>>

const stores = new WeakMap<Chat, SetAsideStore>()

/** By conversation. It lasts as long as the chat. */
export function setAsideStore(chat: Chat): SetAsideStore {
  const known = stores.get(chat)
  if (known) return known
  const store: SetAsideStore = createStore(() => ({}))
  stores.set(chat, store)
  return store
}
