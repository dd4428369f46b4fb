import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { OperationError } from '../../core/operation-error.ts'

/** The most simultaneous uploads of one user on one node. */
const mostOfUser = 4

interface Transfer {
  userId: string
  source: Readable
  ended: Promise<unknown>
}

/** The uploads that this node is receiving. */
export interface OngoingUploads {
  /**
   * Runs `receive` and settles as it does. Before that, it ends an earlier request for the same upload, whose
   * connection must be broken, and waits until its bytes are stored. Rejects with `rate_limited`, without running it,
   * if the user has four uploads on this node.
   */
  run<T>(attachmentId: string, userId: string, source: Readable, receive: () => Promise<T>): Promise<T>
  /** Ends the request that uploads this, if any; resolves once its bytes are stored. */
  stop(attachmentId: string): Promise<void>
  /** Ends all requests that upload to this node; resolves once their bytes are stored. */
  stopAll(): Promise<void>
}

/**
 * Tracks the uploads that this node receives. `run` first ends an earlier request for the same upload, as `stop` does;
 * it rejects with `rate_limited` beyond four uploads of a user, and else settles as `receive`. `stop` and `stopAll`
 * destroy the source, and wait until `receive` has ended. A source that sends no bytes for `idleMs` is destroyed too;
 * this is looked at once in `idleMs`, so it can take twice as long. The bytes are counted on the connection of an HTTP
 * request: any other source counts as sending none.
 *
 * @example
 * await ongoing.run(row.id, row.owner_id, request, () => receive(row, request))
 */
export function createOngoingUploads(idleMs: number): OngoingUploads {
  const transfers = new Map<string, Transfer>()

  const stop = async (attachmentId: string) => {
    const transfer = transfers.get(attachmentId)
    transfer?.source.destroy(new Error('The upload continues in another request.'))
    await transfer?.ended
  }

  const run: OngoingUploads['run'] = async (attachmentId, userId, source, receive) => {
    // Others may have waited for the same request, and one of them may have begun.
    while (transfers.has(attachmentId)) await stop(attachmentId)
    const own = [...transfers.values()].filter((transfer) => transfer.userId === userId)
    if (own.length >= mostOfUser) {
      throw new OperationError('rate_limited', `At most ${mostOfUser} uploads at once.`, 1_000)
    }
    const stopWatching = endWhenIdle(source, idleMs)
    const received = receive()
    const ended = received.catch(() => {})
    transfers.set(attachmentId, { userId, source, ended })
    try {
      return await received
    } finally {
      stopWatching()
      if (transfers.get(attachmentId)?.ended === ended) transfers.delete(attachmentId)
    }
  }

  return { run, stop, stopAll: async () => void (await Promise.all([...transfers.keys()].map(stop))) }
}

/** Destroys a source that sends no bytes for `idleMs`. Returns a function that stops the watch. */
function endWhenIdle(source: Readable, idleMs: number): () => void {
  let seen = -1
  const check = () => {
    const read = bytesRead(source)
    if (read === seen) return void source.destroy(new Error('No bytes arrived for too long.'))
    seen = read
    timer = setTimeout(check, idleMs).unref()
  }
  let timer = setTimeout(check, idleMs).unref()
  return () => clearTimeout(timer)
}

/** The bytes that have arrived over the connection of a request. */
const bytesRead = (source: Readable): number => ('socket' in source ? ((source.socket as Socket).bytesRead ?? 0) : 0)
