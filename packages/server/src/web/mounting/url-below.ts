const pattern = /^(\/[\w.~-]+)*$/

/**
 * Validates a base path and removes the slash at its end: '' stands for the root. Throws if it is no plain path.
 *
 * @example readBasePath('/chat/') // '/chat'
 */
export function readBasePath(given: string): string {
  const path = given.replace(/\/+$/, '')
  if (!pattern.test(path)) throw new Error(`basePath must be a path such as /chat, and not ${JSON.stringify(given)}.`)
  return path
}

/** The URL relative to the base path, beginning with `/`; undefined if it is not below it. */
export function urlBelow(basePath: string, url: string): string | undefined {
  if (!url.startsWith(basePath)) return undefined
  const below = url.slice(basePath.length)
  if (below.startsWith('/')) return below
  return below === '' || below.startsWith('?') ? `/${below}` : undefined
}
