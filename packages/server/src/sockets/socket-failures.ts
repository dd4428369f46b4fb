import { randomUUID } from 'node:crypto'
import type { Reply } from '@parley/protocol'
import type { Logger } from 'pino'
import type { Socket } from 'socket.io'
import { toWireError } from '../core/operation-error.ts'

type Give = (reply: Reply<unknown>) => void

/** Gives an answer. If it cannot be encoded, the caller gets a failure in its place; throws nothing. */
export function giveAnswer(give: Give, reply: Reply<unknown>, log: Logger): void {
  try {
    give(reply)
  } catch (error) {
    const requestId = randomUUID()
    log.error({ err: error, requestId }, 'answer failed')
    try {
      give({ ok: false, error: toWireError(error, requestId) })
    } catch {
      // The connection itself is out of order, and ends by that.
    }
  }
}

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
