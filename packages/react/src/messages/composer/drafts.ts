/** Where drafts survive a reload. */
export interface DraftStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

export interface Drafts {
  read(userId: string, conversationId: string): string
  write(userId: string, conversationId: string, text: string): void
}

const nameOf = (userId: string, conversationId: string) => `parley:draft:${userId}:${conversationId}`

/** What was typed and not sent. A storage that is full or forbidden costs only the survival of a reload. */
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
