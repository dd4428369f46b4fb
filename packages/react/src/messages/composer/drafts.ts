/** A storage in which drafts survive a reload; `localStorage` is one. Its methods may throw. */
export interface DraftStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

/** Texts that were typed but not sent, by user and conversation. */
export interface Drafts {
  /** '' if there is none. */
  read(userId: string, conversationId: string): string
  write(userId: string, conversationId: string, text: string): void
}

const nameOf = (userId: string, conversationId: string) => `parley:draft:${userId}:${conversationId}`

/**
 * Keeps typed texts by user and conversation, in memory and in `storage`, where they survive a reload. `read` returns
 * what was written since this call, also '', else what is stored, else ''. Writing '' deletes the stored text. Neither
 * method throws: if the storage is missing, full or forbidden, drafts last as long as the page.
 */
export function createDrafts(storage?: DraftStorage): Drafts {
  const texts = new Map<string, string>()
  const attempt = (access: () => string | null | undefined) => {
    try {
      return access() ?? ''
    } catch {
      return ''
    }
  }
  return {
    read(userId, conversationId) {
      const name = nameOf(userId, conversationId)
      return texts.get(name) ?? attempt(() => storage?.getItem(name))
    },
    write(userId, conversationId, text) {
      const name = nameOf(userId, conversationId)
      texts.set(name, text)
      attempt(() => {
        if (text) storage?.setItem(name, text)
        else storage?.removeItem(name)
        return ''
      })
    },
  }
}
