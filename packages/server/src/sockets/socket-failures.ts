import type { Logger } from 'pino'
import type { Socket } from 'socket.io'

/** Runs what a socket's event asks for. If that fails in a way that nobody foresaw, it ends this one socket, not the process. */
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
