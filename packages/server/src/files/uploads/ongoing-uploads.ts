import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { OperationError } from '../../core/operation-error.ts'

/** Uploads of one user at once, on a node. */
const mostOfUser = 4

interface Transfer {
  userId: string
  source: Readable
  ended: Promise<unknown>
}

/** What is being received on this node. */
export interface OngoingUploads {
  /** Receives bytes of an upload. One that was being received before is over then: its connection has broken without a word. */
  run<T>(attachmentId: string, userId: string, source: Readable, receive: () => Promise<T>): Promise<T>
  /** Ends what is being received of an upload, once what has come is kept. */
  stop(attachmentId: string): Promise<void>
  stopAll(): Promise<void>
}

/**
 * @example
 * await ongoing.run(row.id, row.owner_id, request, () => receive(row, request))
 */
export function createOngoingUploads(idleMs: number): OngoingUploads {
  const transfers = new Map<string, Transfer>()

  const stop = async (attachmentId: string) => {
    const transfer = transfers.get(attachmentId)
    transfer?.source.destroy(new Error('The upload goes on elsewhere.'))
    await transfer?.ended
  }

  const run: OngoingUploads['run'] = async (attachmentId, userId, source, receive) => {
    await stop(attachmentId)
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

/** Ends a source that sends nothing for so long. */
function endWhenIdle(source: Readable, idleMs: number): () => void {
  let seen = -1
  const look = () => {
    const read = bytesRead(source)
    if (read === seen) return void source.destroy(new Error('Nothing came for too long.'))
    seen = read
    timer = setTimeout(look, idleMs).unref()
  }
  let timer = setTimeout(look, idleMs).unref()
  return () => clearTimeout(timer)
}

/** How many bytes have come over its connection. */
const bytesRead = (source: Readable): number => ('socket' in source ? ((source.socket as Socket).bytesRead ?? 0) : 0)
