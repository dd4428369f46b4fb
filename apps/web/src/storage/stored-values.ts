/**
 * What the browser keeps for this app; undefined where it refuses to give it. It may also be full, so that each write can
 * throw: `keep` and `kept` never do.
 */
export const keptStorage = storageOf()

function storageOf(): Storage | undefined {
  try {
    return localStorage
  } catch {
    return undefined
  }
}

/** A value from an earlier visit; null if there is none. */
export function kept(key: string): string | null {
  try {
    return keptStorage?.getItem(key) ?? null
  } catch {
    return null
  }
}

/** Keeps a value for the next visit, where the browser lets us. */
export function keep(key: string, value: string): void {
  try {
    keptStorage?.setItem(key, value)
  } catch {
    // The notice says already that nothing is kept.
  }
}

/** Deletes what somebody typed and did not send. */
export function forgetDrafts(userId: string): void {
  const names = Object.keys(keptStorage ?? {}).filter((key) => key.startsWith(`parley:draft:${userId}:`))
  for (const name of names) keptStorage?.removeItem(name)
}
