import type { Socket } from 'engine.io'
import { type EngineConnection, withInternals } from './connection.ts'

interface Pings {
  sent: number
  answered: number
  /** Those who wait until so many pings are answered. */
  waiting: { answers: number; settle: (isReceived: boolean) => void }[]
}

const pingsOf = new WeakMap<EngineConnection, Pings>()

/**
 * Resolves with true once the client has taken everything that was written to it before, with false if the connection
 * closes first. A client of Engine.IO answers each ping, in the order in which packets came: a ping behind the others is a
 * receipt that no client must be written for. Where pings cannot be sent, those of Engine.IO itself say it, later.
 */
export function whenReceived(socket: Socket): Promise<boolean> {
  const connection = withInternals(socket)
  if (connection.readyState !== 'open') return Promise.resolve(false)
  const pings = pingsOf.get(connection) ?? follow(connection)
  const isOurs = typeof connection.sendPacket === 'function'
  if (isOurs) connection.sendPacket('ping')
  // Of Engine.IO's own pings one may be under way already.
  const answers = isOurs ? pings.sent : pings.answered + 2
  return new Promise((settle) => void pings.waiting.push({ answers, settle }))
}

/** Counts the pings of a connection and their answers from now on. */
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
