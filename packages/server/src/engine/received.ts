import type { Socket } from 'engine.io'
import { type EngineConnection, withInternals } from './connection.ts'

interface Pings {
  sent: number
  answered: number
  /** Promises to settle once this many pings are answered. */
  waiting: { answers: number; settle: (isReceived: boolean) => void }[]
}

const pingsOf = new WeakMap<EngineConnection, Pings>()

/**
 * Resolves with true once the client has received everything that was written before the call, with false if the
 * connection closes first or is not open. Each call sends a ping: every client of Engine.IO answers it, after the
 * packets before it. If this version cannot send pings, it waits for the second next ping of Engine.IO itself.
 */
export function whenReceived(socket: Socket): Promise<boolean> {
  const connection = withInternals(socket)
  if (connection.readyState !== 'open') return Promise.resolve(false)
  const pings = pingsOf.get(connection) ?? follow(connection)
  const isOurs = typeof connection.sendPacket === 'function'
  if (isOurs) connection.sendPacket('ping')
  // The answer to one of Engine.IO's own pings may be under way already, so the next one proves nothing.
  const answers = isOurs ? pings.sent : pings.answered + 2
  return new Promise((settle) => void pings.waiting.push({ answers, settle }))
}

/** Starts counting the pings of a connection and their answers. */
function follow(connection: EngineConnection): Pings {
  const pings: Pings = { sent: connection.pingTimeoutTimer ? 1 : 0, answered: 0, waiting: [] }
  pingsOf.set(connection, pings)
  const own = connection.sendPacket?.bind(connection)
  if (own) {
    connection.sendPacket = (type, ...rest) => {
      if (type === 'ping') pings.sent += 1
      own(type, ...rest)
    }
  }
  connection.on('heartbeat', () => {
    pings.answered += 1
    while (pings.waiting[0] && pings.waiting[0].answers <= pings.answered) pings.waiting.shift()?.settle(true)
  })
  connection.once('close', () => {
    for (const { settle } of pings.waiting.splice(0)) settle(false)
  })
  return pings
}
