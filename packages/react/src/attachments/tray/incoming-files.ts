type AddFiles = (files: readonly File[]) => void

/** The mounted trays, by conversation. */
const trays = new Map<string, AddFiles>()

/** Adds files to the tray of a conversation. Does nothing if that tray is not mounted: the files are lost then. */
export function addToTray(conversationId: string, files: readonly File[]): void {
  if (files.length > 0) trays.get(conversationId)?.(files)
}

/**
 * `add` gets the files of `addToTray` for this conversation until the returned function is called, or until another
 * `add` is registered for it.
 */
export function registerTray(conversationId: string, add: AddFiles): () => void {
  trays.set(conversationId, add)
  return () => {
    if (trays.get(conversationId) === add) trays.delete(conversationId)
  }
}
