/** Where the parts of a server are; a path in the URL is the one that it was mounted under. */
export function endpointsOf(url: string): { origin: string; socketPath: string; api: string } {
  const { origin, pathname } = new URL(url, globalThis.location?.href)
  const base = pathname.replace(/\/+$/, '')
  return { origin, socketPath: `${base}/socket.io`, api: `${origin}${base}/api/v1` }
}
