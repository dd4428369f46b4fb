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

/**
 * The value of a key in `localStorage`, from this visit or an earlier one; null if there is none or the storage is
 * blocked. Never throws.
 */
export function storedValue(key: string): string | null {
  try {
    return localStorageIfAllowed?.getItem(key) ?? null
  } catch {
    return null
  }
}

/**
 * Stores a value in `localStorage` for the next visit. Does nothing if the storage is blocked or full; never throws.
 */
export function storeValue(key: string, value: string): void {
  try {
    localStorageIfAllowed?.setItem(key, value)
  } catch {
    // `StorageNotice` says already that nothing is stored.
  }
}

/** Deletes all drafts of a user from `localStorage`; never throws, and does nothing if the storage is blocked. */
export function forgetDrafts(userId: string): void {
  try {
    const names = Object.keys(localStorageIfAllowed ?? {}).filter((key) => key.startsWith(`parley:draft:${userId}:`))
    for (const name of names) localStorageIfAllowed?.removeItem(name)
  } catch {
    // A storage that the browser has blocked meanwhile must not prevent signing out.
  }
}
