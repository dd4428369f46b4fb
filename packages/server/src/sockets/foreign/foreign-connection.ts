import { randomUUID } from 'node:crypto'
import type { WireError } from '@parley/protocol'
import type { Socket } from 'socket.io'
import type { Identity } from '../../auth/authenticate.ts'
import { type Connection, type Connections, socketCaller } from '../../core/connections.ts'
import type { CallerSocket } from '../../core/context.ts'
import { refuseClaims } from '../../dialects/claims.ts'
import type { Dialect, Emission, IncomingResult } from '../../dialects/dialect.ts'
import { drained } from '../../engine/outgoing-limit.ts'
import { reauthenticate } from '../admission/reauthentication.ts'
import { Deadline } from '../deadline.ts'
import type { ForeignNamespaceOptions } from '../socket-options.ts'
import { answerAuthentication } from './entrance.ts'
import {
  type Acknowledge,
  type ForeignEvent,
  internalError,
  keepAnchor,
  type PlannedEvent,
  partsOf,
  planForeignEvent,
  planTogether,
} from './foreign-event.ts'
import { createForeignGate } from './foreign-gate.ts'
import { createForeignHearing, type ForeignHearing } from './foreign-hearing.ts'
import { foreignRoom } from './foreign-rooms.ts'
import { createMergedEvents, type Merged } from './merged-events.ts'
import { replayMissed } from './replay.ts'

/** The most events of one socket that may wait for their turn. A client that sends more is disconnected. */
const mostWaiting = 1_000

interface Newcomer {
  identity: Identity
  /** The vocabularies that it may speak. */
  dialects: readonly Dialect[]
  /** Called when it hears all conversations, before any event is sent to it. */
  welcome?: () => void
}

/**
 * Serves an authenticated foreign socket: runs its events one after the other, and sends it what it missed and then
 * what happens in its conversations. Resolves when it hears all conversations of its user, while what it missed may
 * still be on its way. If these cannot be read, it resolves too, and the connection is closed. It is also closed at an
 * event that arrives while 1,000 others wait for their turn.
 */
export async function connectForeign(socket: Socket, newcomer: Newcomer, options: ForeignNamespaceOptions) {
  const { connections, audiences, receipts, readMissed, log } = options
  const { identity, dialects, welcome } = newcomer
  const userId = identity.user.id
  const hearing = createForeignHearing(socket, dialects)
  const lent = options.planCallerOf(identity.user)
  const written = (conversationId: string, upTo: number) => receipts.written(socket, conversationId, { after: 0, upTo })
  const gate = createForeignGate(socket, { userId, hearing, lent, written })
  socket.data.gate = gate
  const opened = openConnection(socket, { identity, hearing, dialects }, connections)
  reauthenticate(socket, opened.connection, options)
  void socket.join(dialects.map((dialect) => foreignRoom(dialect, { kind: 'user', id: userId })))
  const entered = audiences.enter(opened.connection).then(
    () => {
      if (!opened.isOpen()) return
      connections.entered(opened.connection)
      welcome?.()
      // Its requests do not wait for the replay.
      const replay = { socket, userId, hearing, gate, lent, isOpen: opened.isOpen }
      replayMissed(replay, { receipts, readMissed }).catch((err) =>
        log.warn({ err, userId }, 'what was missed was not read'),
      )
    },
    () => void socket.disconnect(true),
  )
  takeEventsInTurn(socket, { opened, hearing, entered, options })
  if (!welcome) answerAuthentication(socket, identity, options)
  await entered
}

interface OpenConnection {
  connection: Connection
  isOpen(): boolean
  /** Closes the socket without sending a reason. */
  cutOff(): void
}

function openConnection(
  socket: Socket,
  { identity, hearing, dialects }: { identity: Identity; hearing: ForeignHearing; dialects: readonly Dialect[] },
  connections: Connections,
): OpenConnection {
  const cutOff = () => {
    own.hasEnded = true
    socket.disconnect(true)
  }
  const deadline = new Deadline(
    () => {},
    () => connection.end('expired'),
  )
  const own: CallerSocket = { renew: (expiresAt) => deadline.renew(expiresAt), watch: () => {}, hasEnded: false }
  const connection: Connection = {
    caller: socketCaller(identity, own),
    accessRev: identity.accessRev,
    appearsOffline: identity.appearsOffline,
    hear: hearing.hear,
    stopHearing: hearing.stopHearing,
    end: (reason) => {
      if (own.hasEnded) return
      const farewells = dialects.flatMap(({ entrance }) => entrance?.refused(reason, new Date().toISOString()) ?? [])
      emitAll(socket, farewells)
      cutOff()
    },
  }
  connections.add(connection)
  if (identity.expiresAt !== null) deadline.renew(identity.expiresAt)
  socket.on('disconnect', () => {
    deadline.close()
    connections.remove(connection)
  })
  return { connection, isOpen: () => socket.connected && !own.hasEnded, cutOff }
}

interface ForeignConnection {
  opened: OpenConnection
  hearing: ForeignHearing
  entered: Promise<void>
  options: ForeignNamespaceOptions
}

/**
 * Takes the events of a socket one after the other, because these clients join a room and send to it without waiting
 * for an answer. Only merged events let others pass.
 */
function takeEventsInTurn(socket: Socket, one: ForeignConnection): void {
  const { opened, hearing, entered, options } = one
  let everything = entered
  /** Resolves like `everything`, except that it does not wait for the single commands since. */
  let turn = entered
  let waiting = 0
  const failed = (event: string) => (error: unknown) => options.log.error({ err: error, event }, 'foreign event failed')
  const merged = createMergedEvents<MergedEvent>(socket, {
    before: () => everything.then(() => drained(socket.conn)),
    plan: (together, events) => {
      const [{ dialect, event }] = events as [MergedEvent]
      const values = events.map(({ value }) => value)
      return planTogether(together, { dialect, event, values }, opened.connection, options)
    },
    answer: (received, outcome) => finish(socket, one, received, outcome).catch(failed(received.event)),
  })
  socket.onAny((event: string, ...args: unknown[]) => {
    const dialect = hearing.dialectOf(event)
    if (!dialect || !opened.isOpen()) return
    if (waiting >= mostWaiting || merged.isFull()) {
      const userId = opened.connection.caller.user.id
      options.log.info({ userId, waiting }, 'foreign socket cut off: it does not wait for answers')
      return opened.cutOff()
    }
    const received = { dialect, event, ...partsOf(args) }
    const mergeable = toMerged(received, opened.connection)
    if (mergeable) return void merged.add(mergeable).catch(failed(event))
    waiting += 1
    const isOneCommand = dialect.incoming[event]?.isOneCommand === true
    const done = (isOneCommand ? turn : everything)
      .then(() => drained(socket.conn))
      .then(() => answer(socket, one, received))
      .catch(failed(event))
      .finally(() => {
        waiting -= 1
      })
    everything = isOneCommand ? everything.then(() => done) : done
    if (!isOneCommand) turn = done
  })
}

interface ReceivedEvent extends ForeignEvent {
  acknowledge?: Acknowledge | undefined
}

interface MergedEvent extends ReceivedEvent, Merged {}

/** The event, if it can be merged; undefined for others and for one that is refused, which takes its turn like them. */
function toMerged(received: ReceivedEvent, { caller }: Connection): MergedEvent | undefined {
  const { dialect, event, argument } = received
  const incoming = dialect.incoming[event]
  if (!incoming?.together) return undefined
  try {
    refuseClaims(dialect, incoming, argument, caller)
    const value = incoming.together.read(argument, event)
    return { ...received, argument: undefined, together: incoming.together, value }
  } catch {
    return undefined
  }
}

async function answer(socket: Socket, one: ForeignConnection, received: ReceivedEvent): Promise<void> {
  const { opened, options } = one
  if (!opened.isOpen()) return
  await finish(socket, one, received, await planForeignEvent(received, socket, opened.connection, options))
}

/** Answers an event: applies its result and acknowledges it, or sends the failure. */
async function finish(
  socket: Socket,
  one: ForeignConnection,
  { dialect, event, acknowledge }: ReceivedEvent,
  { result, error }: PlannedEvent,
): Promise<void> {
  const { opened, options } = one
  const incoming = dialect.incoming[event]
  if (!incoming) return
  const fail = (error: WireError) => {
    const failed = incoming.failed(error)
    emitAll(socket, failed)
    acknowledge?.(incoming.refusal ? incoming.refusal(error) : { ok: false, error: failed[0]?.payload })
  }
  if (error) return fail(error)
  try {
    if (result) await apply(socket, one, result)
    if (acknowledge) acknowledge(result?.acknowledge)
    else emitAll(socket, result?.unacknowledged)
    for (const { operation, input } of result?.afterwards ?? []) {
      void options.runOperation(operation, input, opened.connection.caller)
    }
  } catch (cause) {
    const requestId = randomUUID()
    options.log.error({ err: cause, dialect: dialect.name, event, requestId }, 'foreign event failed')
    fail(internalError(requestId))
  }
}

async function apply(socket: Socket, { hearing, opened, options }: ForeignConnection, result: IncomingResult) {
  hearing.mute(result.unlisten ?? [])
  // Entering again adds only conversations of the user: a dialect may ask to listen to any.
  const listen = result.listen ?? []
  if (hearing.unmute(listen)) await options.audiences.enter(opened.connection)
  hearing.join(listen)
  if (result.anchor) keepAnchor(socket, result.anchor)
  emitAll(socket, result.emit)
}

const emitAll = (socket: Socket, emissions: readonly Emission[] = []) => {
  for (const { event, payload } of emissions) socket.emit(event, payload)
}
