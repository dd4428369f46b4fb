const pattern = /^(\/[\w.~-]+)*$/

/**
 * The path below which everything of Parley lies, without a slash at its end: '' where it is the whole site.
 *
 * @example readBasePath('/chat/') // '/chat'
 */
export function readBasePath(given: string): string {
  const path = given.replace(/\/+$/, '')
  if (!pattern.test(path)) throw new Error(`basePath must be a path such as /chat, and not ${JSON.stringify(given)}.`)
  return path
}

/** What of a URL follows the base path; undefined where it lies elsewhere. */
export function urlBelow(basePath: string, url: string): string | undefined {
  if (!url.startsWith(basePath)) return undefined
  const below = url.slice(basePath.length)
  if (below.startsWith('/')) return below
  return below === '' || below.startsWith('?') ? `/${below}` : undefined
}
