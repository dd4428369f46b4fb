/** The addresses of a server's parts. A path in the URL is the one below which the server is mounted. */
export function endpointsOf(url: string): { origin: string; socketPath: string; api: string } {
  const { origin, pathname } = new URL(url, globalThis.location?.href)
  const base = pathname.replace(/\/+$/, '')
  return { origin, socketPath: `${base}/socket.io`, api: `${origin}${base}/api/v1` }
}
