/**
 * `localStorage`; undefined if the browser blocks it. Writes to it may throw, because it may be full: `storeValue` and
 * `storedValue` never throw.
 */
export const localStorageIfAllowed = findStorage()

function findStorage(): Storage | undefined {
  try {
    return localStorage
  } catch {
    return undefined
  }
}

/** A value from an earlier visit; null if there is none. */
export function storedValue(key: string): string | null {
  try {
    return localStorageIfAllowed?.getItem(key) ?? null
  } catch {
    return null
  }
}

/** Stores a value for the next visit. Does nothing if the storage is blocked or full. */
export function storeValue(key: string, value: string): void {
  try {
    localStorageIfAllowed?.setItem(key, value)
  } catch {
    // `StorageNotice` says already that nothing is stored.
  }
}

/** Deletes all stored drafts of a user. */
export function forgetDrafts(userId: string): void {
  try {
    const names = Object.keys(localStorageIfAllowed ?? {}).filter((key) => key.startsWith(`parley:draft:${userId}:`))
    for (const name of names) localStorageIfAllowed?.removeItem(name)
  } catch {
    // A storage that the browser has blocked meanwhile must not prevent signing out.
  }
}
