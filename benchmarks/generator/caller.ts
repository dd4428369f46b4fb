import type { Input, OperationName, Output, Reply } from '@parley/protocol'
import type { Job } from '../scenario.ts'
import { enter, portOf } from './enter.ts'
import { RefusedError } from './refusal.ts'
import { vocabularyOf } from './vocabulary.ts'
import type { WireClient } from './wire-client.ts'

interface Waiting {
  hear(frame: string): void
  fail(error: Error): void
}

/** A native client of Parley that calls operations over its socket, and counts the events that it receives. */
export class Caller {
  events = 0
  private readonly client: WireClient
  private readonly waiting = new Map<number, Waiting>()
  private asked = 0

  private constructor(client: WireClient, heartbeat: { heard: string; answer: string } | undefined) {
    this.client = client
    client.onFrame = (bytes, start, end) => {
      // Only acknowledgements and heartbeats are read as text.
      if (bytes[start] === 0x34 && bytes[start + 1] === 0x33) this.hear(bytes.toString('utf8', start, end))
      else if (bytes[start] === 0x34 && bytes[start + 1] === 0x32) this.events += 1
      else if (heartbeat && bytes.toString('latin1', start, end) === heartbeat.heard) client.send(heartbeat.answer)
    }
    client.onClose = () => this.end()
  }

  /**
   * Connects member number `member` of the job's crowd to its node. Rejects with a `RefusedError` if the server
   * refuses, or with an Error if it closes the connection or is not done in `patienceMs` (60 s).
   */
  static async enter(job: Job, member: number, patienceMs?: number): Promise<Caller> {
    const vocabulary = vocabularyOf(job.target)
    const who = job.crowd.members[member] ?? { rooms: [] }
    return new Caller(await enter(vocabulary, portOf(job, member), who, patienceMs), vocabulary.heartbeat)
  }

  /**
   * Calls an operation; resolves with its output, and the milliseconds until the answer arrived, without parsing it.
   * Rejects with a `RefusedError`, or if there is no answer in time.
   */
  async ask<N extends OperationName>(
    name: N,
    input: Input<N>,
    patienceMs = 60_000,
  ): Promise<{ data: Output<N>; ms: number }> {
    const n = this.asked
    this.asked += 1
    const answer = Promise.withResolvers<{ frame: string; at: number }>()
    const late = setTimeout(() => answer.reject(new Error(`${name} was not answered in time.`)), patienceMs)
    this.waiting.set(n, {
      hear: (frame) => answer.resolve({ frame, at: performance.now() }),
      fail: answer.reject,
    })
    const from = performance.now()
    this.client.send(`42/v1,${n}${JSON.stringify([name, input])}`)
    const { frame, at } = await answer.promise.finally(() => {
      clearTimeout(late)
      this.waiting.delete(n)
    })
    const [reply] = JSON.parse(frame.slice(frame.indexOf('['))) as [Reply<Output<N>>]
    if (!reply.ok) throw new RefusedError(frame)
    return { data: reply.data, ms: at - from }
  }

  /**
   * Stops reading from the socket but keeps it open, so that the server's data piles up. Answers do not arrive any
   * more.
   */
  stopReading(): void {
    this.client.stopReading()
  }

  /** Closes the connection at once; calls without an answer reject. */
  close(): void {
    this.client.close()
    this.end()
  }

  private end(): void {
    for (const { fail } of this.waiting.values()) fail(new Error('The server closed the connection.'))
  }

  private hear(frame: string): void {
    const n = Number(/^43\/v1,(\d+)/.exec(frame)?.[1] ?? Number.NaN)
    this.waiting.get(n)?.hear(frame)
  }
}
