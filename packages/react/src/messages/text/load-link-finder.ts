import type { FoundLink } from './find-links.ts'

type FindLinks = (text: string) => FoundLink[]

let loaded: FindLinks | undefined
let loading: Promise<void> | undefined
const listeners = new Set<() => void>()

/** `findLinks`, or undefined before `loadLinkFinder` has loaded it; this call does not load it. */
export const linkFinder = (): FindLinks | undefined => loaded

/**
 * Calls the listener once, when `findLinks` is loaded; never if it is loaded already. Does not load it. Returns the
 * function that unsubscribes.
 */
export function onLinkFinder(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/**
 * Loads `findLinks` once for all callers, because it is large. Never rejects: after a failure it resolves,
 * `linkFinder()` is still undefined, and the next call tries again.
 */
export function loadLinkFinder(): Promise<void> {
  loading ??= import('./find-links.ts').then(
    ({ findLinks }) => {
      loaded = findLinks
      for (const listener of [...listeners]) listener()
    },
    () => {
      loading = undefined
    },
  )
  return loading
}
