type Taker = (files: readonly File[]) => void

/** The trays that are on the page, by conversation. */
const takers = new Map<string, Taker>()

/** Gives files to the tray of a conversation, if it is on the page. */
export function giveFiles(conversationId: string, files: readonly File[]): void {
  if (files.length > 0) takers.get(conversationId)?.(files)
}

/** Takes the files that are picked for a conversation, until the returned function is called. */
export function takeFiles(conversationId: string, taker: Taker): () => void {
  takers.set(conversationId, taker)
  return () => {
    if (takers.get(conversationId) === taker) takers.delete(conversationId)
  }
}
