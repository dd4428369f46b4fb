import type { EventName, Input, Output, Payload, Reply } from '@parley/protocol'
import { PROTOCOL_VERSION } from '@parley/protocol/version'
import { abortable } from '../abortable.ts'
import type { CallName } from '../chat.ts'
import { ChatError, chatErrorFrom, chatErrorIn, disconnected, unreachable } from '../chat-error.ts'
import { endpointsOf } from './endpoints.ts'
import { enterPacket, eventPacket } from './packets.ts'
import { Wire } from './wire.ts'

export interface LineOptions {
  url: string
  token: string | undefined
  /** The name and version of this program, which the handshake contains. */
  client: string
  /** Milliseconds to wait for the connection, and for each answer. */
  timeoutMs: number
}

/** A received event, without validation. */
export type Arrival = { [N in EventName]: { name: N; payload: Payload<N> } }[EventName]

/** One connection, from its handshake until it is lost. After that a new line is opened. */
export interface Line {
  /** Sends once. Rejects with the server's error or, if it may have run, `timed_out`, `disconnected` or an abort. */
  call<N extends CallName>(name: N, input: Input<N>, signal?: AbortSignal): Promise<Output<N>>
  /** Resolves with the reason when the line has ended. */
  readonly ended: Promise<ChatError>
  /** Closes the line: `ended` resolves, and calls without an answer reject with `disconnected`. */
  drop(): void
}

/**
 * Opens a line, or rejects with the server's error or `disconnected`. `hear` gets every event from the start. `signal`
 * ends only the opening, with its reason.
 */
export type OpenLine = (options: LineOptions, hear: (arrival: Arrival) => void, signal: AbortSignal) => Promise<Line>

/**
 * Opens a line to Socket.IO by `packets.ts`, because its client library would double the size of the SDK. Resolves once
 * the server has admitted the client; `hear` gets every event, unchecked. Rejects with the server's refusal; with
 * `disconnected` if the connection fails or takes longer than `timeoutMs`; with the reason of `signal` if that aborts,
 * which does nothing to an open line. Throws a TypeError at once for an invalid `url`. The caller must `drop` the line; it does
 * not open again after a loss.
 */
export const openLine: OpenLine = (options, hear, signal) => {
  const { origin, socketPath } = endpointsOf(options.url)
  const auth = { token: options.token, protocol: PROTOCOL_VERSION, client: options.client }
  return abortable(signal, (resolve, reject) => {
    let isIn = false
    const address = `${origin.replace(/^http/, 'ws')}${socketPath}/?EIO=4&transport=websocket`
    const wire = new Wire(address, (packet) => {
      if (packet.kind === 'open') wire.send(enterPacket(auth))
      else if (packet.kind === 'entered') enter()
      else if (packet.kind === 'refused') reject(chatErrorIn(packet.error.data) ?? unreachable(packet.error.message))
      else if (packet.kind === 'answer') calls.settle(packet.id, packet.answer)
      // Payloads of events are cast here, and nowhere else, without validation.
      else if (packet.kind === 'event') hear({ name: packet.name, payload: packet.payload } as Arrival)
    })
    const calls = new Calls(wire, options.timeoutMs)
    const ended = wire.ended.then((reason) => disconnected(`The connection ended (${reason}).`))
    const line: Line = { ended, drop: () => wire.close(), call: calls.call }
    // The transport may be open, but the server may not have accepted the handshake.
    const late = setTimeout(() => reject(disconnected('The server did not let us in in time.')), options.timeoutMs)
    const enter = () => {
      isIn = true
      resolve(line)
    }
    void wire.ended.then((reason) => reject(unreachable(reason)))
    return () => {
      clearTimeout(late)
      if (!isIn) wire.close()
    }
  })
}

interface Waiting {
  resolve: (data: never) => void
  reject: (error: unknown) => void
}

/** The calls over a wire that are not answered yet. */
class Calls {
  readonly #wire: Wire
  readonly #timeoutMs: number
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0

  constructor(wire: Wire, timeoutMs: number) {
    this.#wire = wire
    this.#timeoutMs = timeoutMs
    void wire.ended.then(() => this.#failAll())
  }

  readonly call: Line['call'] = (name, input, signal) => {
    if (this.#wire.isOver) return Promise.reject(disconnected('There is no connection.'))
    return abortable(signal, (resolve, reject) => {
      const id = ++this.#lastId
      const late = () => reject(new ChatError('timed_out', `${name} was not answered in time.`))
      const timer = setTimeout(late, this.#timeoutMs)
      this.#waiting.set(id, { resolve, reject })
      this.#wire.send(eventPacket(id, name, input))
      return () => {
        clearTimeout(timer)
        this.#waiting.delete(id)
      }
    })
  }

  settle(id: number, answer: unknown): void {
    const waiting = this.#waiting.get(id)
    const reply = answer as Reply<never>
    if (reply?.ok) waiting?.resolve(reply.data)
    else waiting?.reject(chatErrorFrom(reply.error))
  }

  #failAll(): void {
    for (const { reject } of [...this.#waiting.values()]) {
      reject(disconnected('The connection was lost before the answer.'))
    }
  }
}
