import { createStore, type StoreApi } from 'zustand/vanilla'
import type { DraftPartsStore } from '../../messages/composer/draft-parts.ts'

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

const stores = new WeakMap<DraftPartsStore, SetAsideStore>()

/**
 * The files set aside, by conversation. Returns the same store for the same store of unsent parts; it lasts as long as
 * these, so that another user of the chat does not see the names of the files.
 */
export function setAsideStore(draftParts: DraftPartsStore): SetAsideStore {
  const known = stores.get(draftParts)
  if (known) return known
  const store: SetAsideStore = createStore(() => ({}))
  stores.set(draftParts, store)
  return store
}
