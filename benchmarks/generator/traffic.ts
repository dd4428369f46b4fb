import { setTimeout as wait } from 'node:timers/promises'
import { Latency } from '../measure/latency.ts'
import { openWindow, type WindowUsage } from '../measure/window.ts'
import type { Job } from '../scenario.ts'
import { enterAll } from './enter.ts'
import { FrameReader, numberedText } from './frame-reader.ts'
import { type Refused, refusedFrom } from './refusal.ts'
import { type Vocabulary, vocabularyOf } from './vocabulary.ts'
import type { WireClient } from './wire-client.ts'

/** The number of messages whose data is kept: more than can be in flight. */
const remembered = 1 << 18

/** The counts and the usage of one measured window. */
export interface Measured extends WindowUsage {
  sends: number
  acknowledgements: number
  deliveries: number
  deliveredBytes: number
}

/** The people who stay connected during one round; counts what they send, get acknowledged and receive. */
export class Traffic {
  readonly delivery = new Latency()
  readonly acknowledgement = new Latency()
  /** Until the last connected member has received a message. */
  readonly reach = new Latency()
  /** Called when a sender receives its own message (`onOwn`), and when its send is acknowledged. */
  onOwn: (member: number) => void = () => {}
  onAcknowledged: (member: number, n: number) => void = () => {}
  /**
   * Set by loads in which the server may refuse sends or close connections; in all others this makes the round fail.
   */
  onRefused: ((n: number, refused: Refused) => void) | undefined
  onLost: ((member: number) => void) | undefined

  private readonly job: Job
  private readonly members: number
  private readonly vocabulary: Vocabulary
  private readonly reader: FrameReader
  private clients: WireClient[] = []
  private readonly listeners: number[]
  private readonly dueAt = new Float64Array(remembered)
  private readonly senders = new Uint32Array(remembered)
  private readonly awaited = new Uint32Array(remembered)
  private sends = 0
  private acknowledgements = 0
  private refusals = 0
  private deliveries = 0
  private deliveredBytes = 0
  private expectedDeliveries = 0
  private failure: Error | undefined
  private stopped = false

  /** The first `members` people of the crowd take part; others may be connected by the load itself. */
  constructor(job: Job, members = job.crowd.members.length) {
    this.job = job
    this.members = members
    this.vocabulary = vocabularyOf(job.target)
    this.reader = new FrameReader(this.vocabulary)
    this.listeners = job.crowd.conversations.map(({ people }) => people.filter((person) => person < members).length)
  }

  /** Connects all of them; resolves when the server has admitted the last. From then on it counts what they receive. */
  async enter(): Promise<void> {
    const everybody = Array.from({ length: this.members }, (_, member) => member)
    this.clients = await enterAll(this.job, everybody, (client, member) => {
      client.onFrame = (bytes, start, end) => this.hear(member, bytes, start, end)
      client.onClose = () => {
        if (this.onLost) this.onLost(member)
        else this.fail(new Error(`The server closed the connection of member ${member}.`))
      }
    })
  }

  /**
   * Sends the next message as this member, and returns its number without waiting; -1, without sending, during `drain`.
   * `dueMs` is when it was due, from which latencies count; in a closed loop that is now.
   */
  send(member: number, conversation: number, dueMs = performance.now()): number {
    if (this.stopped) return -1
    const n = this.sends
    this.sends += 1
    const listeners = this.listeners[conversation] ?? 0
    this.expectedDeliveries += listeners
    this.dueAt[n % remembered] = dueMs
    this.senders[n % remembered] = member
    this.awaited[n % remembered] = listeners
    const text = numberedText(n, this.job.settings.textLength)
    this.clients[member]?.send(this.vocabulary.send(n, this.job.crowd.conversations[conversation]?.id ?? '', text))
    return n
  }

  /**
   * Measures a window of so many seconds, or until the promise resolves; begins the three latencies anew. Rejects if a
   * message was refused or a connection lost since `enter`, unless `onRefused` or `onLost` is set.
   */
  async measure(over: number | Promise<unknown>): Promise<Measured> {
    for (const latency of [this.delivery, this.acknowledgement, this.reach]) latency.reset()
    const before = this.counts()
    const close = openWindow(this.job)
    await (typeof over === 'number' ? wait(over * 1_000) : over)
    const usage = close()
    const after = this.counts()
    if (this.failure) throw this.failure
    return {
      ...usage,
      sends: after.sends - before.sends,
      acknowledgements: after.acknowledgements - before.acknowledgements,
      deliveries: after.deliveries - before.deliveries,
      deliveredBytes: after.deliveredBytes - before.deliveredBytes,
    }
  }

  /**
   * Stops sending, and resolves once every sent message is acknowledged and delivered to all members; then `send` works
   * again. Rejects if one is missing after `patienceMs` or delivered twice, and in the cases of `measure`.
   */
  async drain(patienceMs = 30_000): Promise<void> {
    this.stopped = true
    const deadline = performance.now() + patienceMs
    while (this.deliveries < this.expectedDeliveries || this.unanswered > 0) {
      if (this.failure) throw this.failure
      if (performance.now() > deadline) throw new Error(`Never arrived: ${this.describeMissing()}`)
      await wait(10)
    }
    if (this.deliveries > this.expectedDeliveries) throw new Error(`Arrived twice: ${this.describeMissing()}`)
    this.stopped = false
  }

  /** How many sends have neither an acknowledgement nor a refusal yet. */
  get unanswered(): number {
    return this.sends - this.acknowledgements - this.refusals
  }

  /** Closes all connections. */
  leave(): void {
    for (const client of this.clients) client.close()
  }

  private counts() {
    const { sends, acknowledgements, deliveries, deliveredBytes } = this
    return { sends, acknowledgements, deliveries, deliveredBytes }
  }

  private describeMissing() {
    return (
      `${this.deliveries} of ${this.expectedDeliveries} deliveries, ` +
      `${this.acknowledgements} of ${this.sends} acknowledgements`
    )
  }

  private fail(error: Error): void {
    this.failure ??= error
  }

  private hear(member: number, bytes: Buffer, start: number, end: number): void {
    if (this.reader.isMessage(bytes, start, end)) this.hearMessage(member, bytes, start, end)
    else if (this.reader.isAcknowledgement(bytes, start, end)) this.hearAcknowledgement(member, bytes, start, end)
    else if (this.reader.isHeartbeat(bytes, start, end)) {
      this.clients[member]?.send(this.vocabulary.heartbeat?.answer ?? '')
    }
  }

  private hearMessage(member: number, bytes: Buffer, start: number, end: number): void {
    const n = this.reader.messageNumber(bytes, start, end)
    if (n < 0) this.fail(new Error(`Not one of our messages: ${bytes.toString('utf8', start, end)}`))
    const place = n % remembered
    const [due, now] = [this.dueAt[place] ?? 0, performance.now()]
    this.deliveries += 1
    this.deliveredBytes += end - start
    this.delivery.record(due, now)
    const left = (this.awaited[place] ?? 0) - 1
    this.awaited[place] = left
    if (left === 0) this.reach.record(due, now)
    if (this.senders[place] === member) this.onOwn(member)
  }

  private hearAcknowledgement(member: number, bytes: Buffer, start: number, end: number): void {
    const n = this.reader.acknowledgementNumber(bytes, start, end)
    if (!this.reader.isAccepted(bytes, start, end)) {
      this.hearRefusal(n, bytes.toString('utf8', start, end))
      return
    }
    this.acknowledgements += 1
    this.acknowledgement.record(this.dueAt[n % remembered] ?? 0, performance.now())
    this.onAcknowledged(member, n)
  }

  private hearRefusal(n: number, frame: string): void {
    this.refusals += 1
    this.expectedDeliveries -= this.awaited[n % remembered] ?? 0
    if (this.onRefused) this.onRefused(n, refusedFrom(frame))
    else this.fail(new Error(`Refused: ${frame}`))
  }
}
