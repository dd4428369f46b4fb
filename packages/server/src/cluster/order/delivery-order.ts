import { events } from '@parley/protocol'
import type { Logger } from 'pino'
import type { Deliver, Delivery } from '../../core/deliver.ts'
import { type Channel, type Cluster, channelOf } from '../cluster.ts'
import type { CatchUp } from './catch-up.ts'
import { hintsForNewcomers, newcomersIn, Place, positionIn, revOf } from './channel-progress.ts'
import { createOpenings, type Openings } from './openings.ts'
import type { Ahead, Held } from './position-store.ts'

interface Parts {
  cluster: Cluster
  /** Hands to the sockets of this node. */
  deliver: Deliver
  catchUp: CatchUp
  /** Of these, where the database is ahead. */
  ahead: (conversations: readonly Held[], users: readonly Held[]) => Promise<Ahead[]>
  /** Lets the sockets of somebody who came into a conversation hear it, as the database says. */
  admit: (userId: string) => Promise<void>
  timing: OrderTiming
  log: Logger
}

export interface OrderTiming {
  /** Two nodes may tell of their commits in another order: what comes too early waits this long for what is before it. */
  gapMs: number
  /** What could not be read is read again after this. */
  retryMs: number
}

/**
 * Gives each conversation and each account one order on this node, whatever node a change comes from: the change after
 * the last delivered one is delivered, an older one is not, and for a later one the node waits a moment and then reads
 * what is missing. So a hint may come twice, late, or never.
 */
export class DeliveryOrder {
  readonly #parts: Parts
  readonly #places = new Map<Channel, Place>()
  readonly #openings: Openings
  /** Reads and deliveries under way. */
  readonly #work = new Set<Promise<unknown>>()
  /** While something is being delivered that has to wait. */
  #turn: Promise<void> | undefined
  /** What is being handed to the sockets: where a conversation begins that is first heard through it. */
  #passing: readonly Delivery[] = []
  #isOpen = true

  constructor(parts: Parts) {
    this.#parts = parts
    this.#openings = createOpenings(parts, {
      isWanted: (place) => this.#isCurrent(place),
      opened: (place, ahead) => this.#begin(place, ahead),
      work: (promise) => this.#busyWith(promise),
    })
  }

  /** What this node committed: told to the other nodes and to its own sockets. */
  announce(deliveries: readonly Delivery[]): Promise<void> {
    this.#parts.cluster.publish(deliveries)
    // What has no place in an order waits for none: who was typing has stopped before their message is shown.
    if (deliveries.every(({ name }) => !events[name].durable)) return this.#parts.deliver(deliveries)
    return this.#inTurn(this.#take(deliveries, true))
  }

  /** What another node committed. */
  hear(deliveries: readonly Delivery[]): void {
    void this.#inTurn(this.#take(deliveries, false))
  }

  /** The first socket of this node hears this from now on. */
  opened(channel: Channel): void {
    const place = new Place(channel, positionIn(this.#passing, channel))
    this.#places.set(channel, place)
    this.#openings.add(place)
  }

  /** The last one that did is gone. */
  closed(channel: Channel): void {
    this.#places.get(channel)?.stopTimer()
    this.#places.delete(channel)
    this.#parts.cluster.unsubscribe([channel])
  }

  /** Resolves when what was opened is heard, so that nothing falls between it and what is read from now on. */
  ready(): Promise<void> {
    return this.#openings.ready()
  }

  /** Everything that was delivered here so far. */
  positions(): { conversations: Held[]; users: Held[] } {
    const held = (kind: 'c:' | 'u:') =>
      [...this.#places.values()].flatMap(({ channel, position }) =>
        position && channel.startsWith(kind) ? { id: channel.slice(2), rev: position.rev } : [],
      )
    return { conversations: held('c:'), users: held('u:') }
  }

  /** The database is further than what was delivered here: reads and delivers the rest. */
  repair(channel: Channel): void {
    const place = this.#places.get(channel)
    if (place) void this.#busyWith(this.#read(place))
  }

  /** What was delivered did not reach all sockets: it is read and delivered again. */
  failed(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      const place = this.#places.get(channelOf(delivery))
      if (place?.goBack(delivery)) this.#readLater(place, this.#parts.timing.retryMs)
    }
  }

  /** Resolves when nothing waits for its turn. */
  async idle(): Promise<void> {
    const isWaiting = () => this.#work.size > 0 || [...this.#places.values()].some(({ timer }) => timer !== undefined)
    while (this.#isOpen && isWaiting()) {
      await Promise.all(this.#work)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }

  close(): void {
    this.#isOpen = false
    for (const place of this.#places.values()) place.stopTimer()
  }

  #isCurrent(place: Place): boolean {
    return this.#isOpen && this.#places.get(place.channel) === place
  }

  #take(deliveries: readonly Delivery[], isOurs: boolean): Delivery[] {
    const now: Delivery[] = []
    for (const delivery of deliveries) {
      const channel = channelOf(delivery)
      const place = this.#places.get(channel)
      const rev = revOf(delivery)
      if (place && rev !== undefined) {
        place.add(rev, delivery)
        this.#settle(place, now)
      } else if (place || isOurs || channel === 'nodes') now.push(delivery)
    }
    return now
  }

  /** Moves on as far as what has come allows; what is missing after that is waited for a moment. */
  #settle(place: Place, now: Delivery[]): void {
    if (place.isBusy) return
    now.push(...place.next())
    if (place.isWaiting()) this.#readLater(place, this.#parts.cluster.isAway() ? 0 : this.#parts.timing.gapMs)
    else place.stopTimer()
  }

  #readLater(place: Place, ms: number): void {
    place.timer ??= setTimeout(() => {
      place.timer = undefined
      void this.#busyWith(this.#read(place))
    }, ms)
  }

  async #read(place: Place): Promise<void> {
    const { channel, position: from } = place
    if (place.isBusy || !from || !this.#isCurrent(place)) return
    place.stopTimer()
    place.isBusy = true
    const seen = place.waitingRevs()
    const missing = await this.#parts.catchUp(channel, from).catch((err: unknown) => {
      this.#parts.log.warn({ err, channel }, 'not caught up')
      return 'failed' as const
    })
    place.isBusy = false
    if (!this.#isCurrent(place)) return
    if (missing === 'failed') return this.#readLater(place, this.#parts.timing.retryMs)
    // What the database does not know did not happen.
    place.moveTo(missing?.position ?? from, seen)
    const now = [...(missing?.deliveries ?? [])]
    this.#settle(place, now)
    await this.#inTurn(now)
  }

  #begin(place: Place, ahead: Ahead | undefined): void {
    place.isBusy = false
    place.position ??= ahead ?? { rev: 0, seq: 0 }
    const now: Delivery[] = []
    this.#settle(place, now)
    void this.#inTurn(now)
    if (ahead && ahead.rev > place.position.rev) void this.#busyWith(this.#read(place))
  }

  /** One after the other, and at once if nothing waits: what must look something up before it is sent is not overtaken. */
  #inTurn(deliveries: readonly Delivery[]): Promise<void> {
    if (deliveries.length === 0) return this.#turn ?? Promise.resolve()
    const passed = this.#turn ? this.#turn.then(() => this.#pass(deliveries)) : this.#pass(deliveries)
    const turn = this.#busyWith(passed).finally(() => {
      if (this.#turn === turn) this.#turn = undefined
    })
    this.#turn = turn
    return turn
  }

  async #pass(deliveries: readonly Delivery[]): Promise<void> {
    const { deliver, admit, log } = this.#parts
    this.#passing = deliveries
    // Without a newcomer nothing is awaited before the delivery: the sender's own event reaches them before the answer.
    for (const userId of newcomersIn(deliveries)) {
      await admit(userId).catch((err: unknown) => {
        log.warn({ err }, 'somebody who came in hears nothing yet')
        this.failed(deliveries)
      })
    }
    await deliver(deliveries)
    const hints = hintsForNewcomers(deliveries, (channel) => this.#places.get(channel)?.position?.rev)
    if (hints.length > 0) await deliver(hints)
    this.#passing = []
  }

  #busyWith<T>(promise: Promise<T>): Promise<T> {
    const done: Promise<unknown> = promise.catch(() => {}).finally(() => this.#work.delete(done))
    this.#work.add(done)
    return promise
  }
}
