type AddFiles = (files: readonly File[]) => void

/** The mounted trays, by conversation. */
const trays = new Map<string, AddFiles>()

/** Adds files to the tray of a conversation; does nothing if it is not mounted. */
export function addToTray(conversationId: string, files: readonly File[]): void {
  if (files.length > 0) trays.get(conversationId)?.(files)
}

/** `add` gets the files of `addToTray` until the returned function is called. */
export function registerTray(conversationId: string, add: AddFiles): () => void {
  trays.set(conversationId, add)
  return () => {
    if (trays.get(conversationId) === add) trays.delete(conversationId)
  }
}
