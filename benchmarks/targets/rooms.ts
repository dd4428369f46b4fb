/** Who is in which room, for the servers without accounts: the handshake lists the rooms, and is believed. */
export const roomsOf = (url: string): string[] =>
  (new URL(url, 'ws://localhost').searchParams.get('rooms') ?? '').split(',').filter((room) => room !== '')

/** Tells the runner where this server listens, in the one line it waits for. */
export const announce = (address: unknown): void => {
  if (address === null || typeof address !== 'object' || !('port' in address)) throw new Error('Not listening on TCP.')
  console.log(`listening on http://127.0.0.1:${String(address.port)}`)
}
