import type { Input, Output } from '@parley/protocol'
import type { CallName } from '../../packages/client/src/chat.ts'
import { ChatError, chatErrorFrom } from '../../packages/client/src/chat-error.ts'
import type { Arrival, Line } from '../../packages/client/src/connection/socket-line.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** The error of a call whose connection is gone: `disconnected`, with this sentence. */
export const lost = (sentence: string) => new ChatError('disconnected', sentence)

/** The server's end of a line. */
export interface FarEnd {
  /** Runs a call; `answer` gets the reply, as the wire carries it. */
  take(name: CallName, input: unknown, answer: (reply: unknown) => void): void
  /** The client has ended the line. */
  gone(): void
}

/** Carries the frames of a line, with the faults of the network. */
export interface Carrier {
  toServer(arrive: () => void, isCall: boolean): void
  toClient(arrive: () => void, isCall: boolean): void
}

interface CallWatch {
  called(name: CallName, input: unknown): void
  refused(name: CallName, input: unknown, retryAfterMs: number): void
}

/** The client's end of a connection, in place of the real one over Socket.IO. */
export class VirtualLine implements Line {
  readonly ended: Promise<ChatError>
  isOpen = true
  far: FarEnd | undefined
  readonly #clock: VirtualClock
  readonly #carrier: Carrier
  readonly #timeoutMs: number
  readonly #hear: (arrival: Arrival) => void
  readonly #asked = new Set<(error: ChatError) => void>()
  readonly #watch: CallWatch
  #end: (reason: ChatError) => void = () => {}

  constructor(
    clock: VirtualClock,
    carrier: Carrier,
    timeoutMs: number,
    hear: (arrival: Arrival) => void,
    watch: CallWatch,
  ) {
    this.#clock = clock
    this.#carrier = carrier
    this.#timeoutMs = timeoutMs
    this.#hear = hear
    this.#watch = watch
    this.ended = new Promise((end) => {
      this.#end = end
    })
  }

  /**
   * Sends a call. Rejects with `disconnected` if the line is not open or ends before the answer, with `timed_out` if no
   * answer comes in time, with the server's refusal, or with the reason of `signal` if that was aborted before the
   * call.
   */
  call<N extends CallName>(name: N, input: Input<N>, signal?: AbortSignal): Promise<Output<N>> {
    this.#watch.called(name, input)
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      if (!this.isOpen) return reject(lost('There is no connection.'))
      const fail = (error: ChatError) => {
        this.#asked.delete(fail)
        cancel()
        reject(error)
      }
      const late = () => fail(new ChatError('timed_out', `${name} was not answered in time.`))
      const cancel = this.#clock.after(this.#timeoutMs, late)
      this.#asked.add(fail)
      const answered = (reply: unknown) => {
        if (!this.#asked.delete(fail)) return
        cancel()
        const { ok, data, error } = reply as {
          ok: boolean
          data: Output<N>
          error: Parameters<typeof chatErrorFrom>[0]
        }
        if (ok) resolve(data)
        else {
          if (error.retryAfterMs) this.#watch.refused(name, input, error.retryAfterMs)
          reject(chatErrorFrom(error))
        }
      }
      const answer = (reply: unknown) => this.#carrier.toClient(() => this.isOpen && answered(reply), true)
      this.#carrier.toServer(() => this.far?.take(name, input, answer), true)
    })
  }

  /** Sends an event from the server to the client, who hears it unless it gets lost or the line has ended. */
  tell(arrival: Arrival): void {
    this.#carrier.toClient(() => {
      if (this.isOpen) this.#hear(arrival)
    }, false)
  }

  /** The client ends the line: calls that wait are rejected at once; the server hears of it later, or never. */
  drop(): void {
    this.lose('The connection ended (io client disconnect).')
    this.#carrier.toServer(() => this.far?.gone(), true)
  }

  /**
   * Ends the line at the client alone: calls that wait are rejected, `ended` resolves. Does nothing the second time.
   */
  lose(sentence: string): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.#end(lost(sentence))
    for (const fail of [...this.#asked]) fail(lost('The connection was lost before the answer.'))
  }
}
