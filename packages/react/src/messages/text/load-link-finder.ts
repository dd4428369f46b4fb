import type { FoundLink } from './find-links.ts'

type FindLinks = (text: string) => FoundLink[]

let loaded: FindLinks | undefined
let loading: Promise<void> | undefined
const listeners = new Set<() => void>()

/** What finds the links of a text; undefined before it is loaded. */
export const linkFinder = (): FindLinks | undefined => loaded

export function onLinkFinder(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Loads it once: it is larger than all else that a message needs. Asked for again where that failed. */
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
