import type { WireError } from '@parley/protocol'
import { io } from 'socket.io-client'

/**
 * Tries to connect a native socket with this handshake, and closes it. Resolves with the refusal; undefined if it was
 * admitted.
 *
 * @example
 * expect((await knock(server.url, { token: 'forged' }))?.code).toBe('unauthenticated')
 */
export function knock(
  url: string,
  auth: Record<string, unknown>,
  options: { transports?: string[]; extraHeaders?: Record<string, string> } = {},
): Promise<WireError | undefined> {
  const socket = io(`${url}/v1`, {
    auth,
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    ...options,
  })
  return new Promise<WireError | undefined>((resolve) => {
    socket.once('connect', () => resolve(undefined))
    socket.once('connect_error', (error) => {
      const data = 'data' in error ? error.data : undefined
      resolve((data as WireError | undefined) ?? { code: 'unavailable', message: error.message, requestId: '' })
    })
  }).finally(() => socket.disconnect())
}
