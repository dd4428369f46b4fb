import type { Server } from 'socket.io'
import type { Identity } from '../auth/authenticate.ts'
import { OperationError, toWireError } from '../core/operation-error.ts'
import type { Admission } from './admission.ts'
import type { Connections } from './connection.ts'

/** On one node. Somebody's devices and tabs are fewer; a program that opens more than these has lost count. */
const mostOfOneUser = 50
const tooManyRetryMs = 30_000

/** Every newcomer waits for their turn, before they are asked who they are. */
export function admitInTurn(io: Server, admission: Admission): void {
  io.of('/v1').use((socket, next) =>
    admission.enter({
      isHere: () => socket.conn.readyState === 'open',
      admit: next,
      refuse: (refusal) => next(refused(refusal, socket.id)),
    }),
  )
  io.of('/').use((socket, next) =>
    admission.enter({
      isHere: () => socket.conn.readyState === 'open',
      admit: next,
      // A foreign client comes back by itself when the connection is lost, but not after a refusal.
      refuse: () => socket.conn.close(),
    }),
  )
}

/** Comes after they were asked. A foreign client that says it later is bounded where it does. */
export function boundEachUser(io: Server, connections: Connections): void {
  io.of('/v1').use((socket, next) => {
    if (!hasTooMany(connections, socket.data.identity)) return next()
    const sentence = 'You have too many connections: close others first.'
    next(refused(new OperationError('rate_limited', sentence, tooManyRetryMs), socket.id))
  })
  io.of('/').use((socket, next) =>
    next(hasTooMany(connections, socket.data.identity) ? new Error('Too many connections') : undefined),
  )
}

export const hasTooMany = (connections: Connections, identity: Identity | undefined): boolean =>
  identity !== undefined && connections.count(identity.user.id) >= mostOfOneUser

const refused = (refusal: OperationError, requestId: string) =>
  Object.assign(new Error('refused'), { data: toWireError(refusal, requestId) })
