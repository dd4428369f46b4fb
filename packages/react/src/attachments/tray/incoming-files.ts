import type { DraftPartsStore } from '../../messages/composer/draft-parts.ts'

type AddFiles = (files: readonly File[]) => void

/** The mounted trays, by the store of unsent parts, of which each user of a page has their own, and by conversation. */
const trays = new WeakMap<DraftPartsStore, Map<string, AddFiles>>()

/**
 * Adds files to the tray of a conversation that fills this store. Does nothing if that tray is not mounted: the files
 * are lost then.
 */
export function addToTray(draftParts: DraftPartsStore, conversationId: string, files: readonly File[]): void {
  if (files.length > 0) trays.get(draftParts)?.get(conversationId)?.(files)
}

/**
 * `add` gets the files of `addToTray` for this store and conversation until the returned function is called, or until
 * another `add` is registered for them.
 */
export function registerTray(draftParts: DraftPartsStore, conversationId: string, add: AddFiles): () => void {
  const own = trays.get(draftParts) ?? new Map<string, AddFiles>()
  trays.set(draftParts, own.set(conversationId, add))
  return () => {
    if (own.get(conversationId) === add) own.delete(conversationId)
  }
}
