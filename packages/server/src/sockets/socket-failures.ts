import type { Logger } from 'pino'
import type { Socket } from 'socket.io'

/** Runs work for a socket. An unexpected error of the work is logged and closes this one socket, not the process. */
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
