const pattern = /^(\/[\w.~-]+)*$/

/**
 * Validates a base path and removes the slashes at its end; `/` and '' give '', the root. Throws an Error unless it
 * begins with a slash and its words, one slash between two, have only ASCII letters, digits and `_ . ~ -`.
 *
 * @example readBasePath('/chat/') // '/chat'
 */
export function readBasePath(given: string): string {
  const path = given.replace(/\/+$/, '')
  if (!pattern.test(path)) throw new Error(`basePath must be a path such as /chat, and not ${JSON.stringify(given)}.`)
  return path
}

/**
 * Returns the URL relative to the base path, beginning with `/` and with its query; `/` for the base path itself.
 * Returns undefined if it is neither that nor below it: `/chatter` is not below `/chat`. `basePath` must have the form
 * of `readBasePath`.
 */
export function urlBelow(basePath: string, url: string): string | undefined {
  if (!url.startsWith(basePath)) return undefined
  const below = url.slice(basePath.length)
  if (below.startsWith('/')) return below
  return below === '' || below.startsWith('?') ? `/${below}` : undefined
}
