/** The rooms of a client, for the servers without accounts: they are listed in the URL of the handshake. */
export const roomsOf = (url: string): string[] =>
  (new URL(url, 'ws://localhost').searchParams.get('rooms') ?? '').split(',').filter((room) => room !== '')

/**
 * Prints the line with the port of a listening server, for which the runner waits. Throws for an address without a
 * port.
 */
export const announce = (address: unknown): void => {
  if (address === null || typeof address !== 'object' || !('port' in address)) throw new Error('Not listening on TCP.')
  console.log(`listening on http://127.0.0.1:${String(address.port)}`)
}
