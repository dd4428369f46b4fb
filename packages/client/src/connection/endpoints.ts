/**
 * The addresses of a server's parts: `socketPath` is a path on `origin` that ends in `/socket.io`, `api` a whole
 * address that ends in `/api/v1`. A path in the URL is the one below which the server is mounted; its query is left
 * out. A relative URL belongs to the page. Throws a TypeError for an invalid URL.
 */
export function endpointsOf(url: string): { origin: string; socketPath: string; api: string } {
  const { origin, pathname } = new URL(url, globalThis.location?.href)
  const base = pathname.replace(/\/+$/, '')
  return { origin, socketPath: `${base}/socket.io`, api: `${origin}${base}/api/v1` }
}
