import type { Logger } from 'pino'
import type { Socket } from 'socket.io'

/**
 * Runs work for a socket, and does not wait for its promise. If the work throws or rejects, the error is logged and the
 * connection of this one socket closed; the process goes on, and this function does not throw.
 */
export function runForSocket(socket: Socket, log: Logger, work: () => unknown): void {
  const fail = (error: unknown) => {
    log.error({ err: error, requestId: socket.id }, 'socket failed')
    socket.disconnect(true)
  }
  try {
    const running = work()
    if (running instanceof Promise) running.catch(fail)
  } catch (error) {
    fail(error)
  }
}
