import type { Server, Socket } from 'socket.io'
import type { Identity } from '../../auth/authenticate.ts'
import type { Connections } from '../../core/connections.ts'
import { OperationError, toWireError } from '../../core/operation-error.ts'
import type { HandshakeLog } from '../../observability/handshake-log.ts'
import type { ClientAddress } from '../../web/client-address.ts'
import type { Admission } from './admission.ts'
import { closeWhenSent } from './visitor.ts'

/** On one node. A user's devices and tabs are fewer; a program that opens more is faulty. */
const mostOfOneUser = 50
const tooManyRetryMs = 30_000

interface SocketAdmissionOptions {
  handshakes: HandshakeLog
  clientAddress: ClientAddress
}

type Next = (error?: Error) => void

/**
 * Refuses a handshake with an error, and then closes the connection, so that the client must connect again to retry.
 */
export function refuse(socket: Socket, next: Next, error: Error): void {
  next(error)
  // Socket.IO writes the error in the next tick.
  setImmediate(() => closeWhenSent(socket.conn))
}

/**
 * Makes every newcomer wait for its turn. Call this before middleware that authenticates is added. One that joins a
 * namespace a second time meanwhile is closed. A refused native client gets the error; the connection of a foreign one
 * is closed without it, because it would not connect again by itself after a refusal.
 */
export function admitInTurn(
  io: Server,
  admission: Admission,
  { handshakes, clientAddress }: SocketAdmissionOptions,
): void {
  for (const namespace of [io.of('/v1'), io.of('/')]) {
    const entering = new WeakSet<Socket['conn']>()
    namespace.on('connection', ({ conn }) => entering.delete(conn))
    namespace.use((socket, next) => {
      const { conn } = socket
      // Closed first: then Socket.IO sends no answer to `next`, and only releases the socket.
      const dismiss = (reason: string) => {
        if (conn.readyState === 'open') handshakes.turnedAway(reason)
        closeWhenSent(conn)
        next(new Error('closed'))
      }
      if (entering.has(conn)) return dismiss('asked_twice')
      entering.add(conn)
      admission.enter({
        address: clientAddress(socket.request),
        isHere: () => conn.readyState === 'open',
        admit: next,
        refuse: (refusal) => {
          // A foreign client connects again by itself when the connection is lost, but not after a refusal.
          if (namespace.name === '/') return dismiss(refusal.code)
          if (conn.readyState === 'open') handshakes.refused(refusal, socket.id)
          refuse(socket, next, refused(refusal, socket.id))
        },
      })
    })
  }
}

/**
 * Adds middleware that refuses sockets of users who have too many on this node (`hasTooMany`), and closes them: a
 * native client gets `rate_limited`, a foreign one a plain error. Call this after middleware that authenticates is
 * added. It admits sockets without an identity: a foreign client may authenticate later, and must be checked then.
 */
export function boundEachUser(io: Server, connections: Connections, { handshakes }: SocketAdmissionOptions): void {
  const sentence = 'You have too many connections: close others first.'
  for (const namespace of [io.of('/v1'), io.of('/')]) {
    namespace.use((socket, next) => {
      if (!hasTooMany(connections, socket.data.identity)) return next()
      const refusal = new OperationError('rate_limited', sentence, tooManyRetryMs)
      handshakes.refused(refusal, socket.id)
      const isNative = namespace.name === '/v1'
      refuse(socket, next, isNative ? refused(refusal, socket.id) : new Error('Too many connections'))
    })
  }
}

/** Does the user have as many connections on this node as are allowed (50), or more? False without an identity. */
export const hasTooMany = (connections: Connections, identity: Identity | undefined): boolean =>
  identity !== undefined && connections.count(identity.user.id) >= mostOfOneUser

/**
 * Makes the error by which Socket.IO sends a native client a refusal, as an error of the catalogue. Any error but an
 * OperationError becomes `internal` or `unavailable`.
 */
export const refused = (error: unknown, requestId: string): Error =>
  Object.assign(new Error('refused'), { data: toWireError(error, requestId) })
