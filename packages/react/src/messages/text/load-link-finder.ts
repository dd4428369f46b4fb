import type { FoundLink } from './find-links.ts'

type FindLinks = (text: string) => FoundLink[]

let loaded: FindLinks | undefined
let loading: Promise<void> | undefined
const listeners = new Set<() => void>()

/** `findLinks`, or undefined before it is loaded. */
export const linkFinder = (): FindLinks | undefined => loaded

/** Calls the listener when `findLinks` is loaded; returns the function that unsubscribes. */
export function onLinkFinder(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Loads `findLinks` once, because it is large. Never rejects: after a failure, the next call tries again. */
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
