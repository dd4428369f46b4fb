import { events } from '@parley/protocol'
import type { Logger } from 'pino'
import { type Channel, type ChannelKind, channelName } from '../../core/channel.ts'
import type { Deliver } from '../../core/deliver.ts'
import type { Delivery } from '../../core/delivery.ts'
import { type Cluster, everyNode, topicOf } from '../cluster.ts'
import type { CatchUp } from './catch-up.ts'
import { ChannelProgress, hintsForNewcomers, newcomersIn, positionIn, revOf } from './channel-progress.ts'
import { createOpenings, type Openings } from './openings.ts'
import type { Ahead, DeliveredRev } from './position-store.ts'

interface DeliveryOrderOptions {
  cluster: Cluster
  /** Hands to the sockets of this node. */
  deliver: Deliver
  catchUp: CatchUp
  /** Of these, where the database is ahead. */
  ahead: (conversations: readonly DeliveredRev[], users: readonly DeliveredRev[]) => Promise<Ahead[]>
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
 * Gives each conversation and each account one order on this node, for the changes of all nodes: the change after
 * the last delivered one is delivered, an older one is not, and for a later one the node waits a moment and then reads
 * what is missing. So a hint may come twice, late, or never.
 */
export class DeliveryOrder {
  readonly #options: DeliveryOrderOptions
  /** By topic. */
  readonly #channels = new Map<string, ChannelProgress>()
  readonly #openings: Openings
  /** Reads and deliveries under way. */
  readonly #work = new Set<Promise<unknown>>()
  /** While something is being delivered that has to wait. */
  #turn: Promise<void> | undefined
  /** What is being handed to the sockets: where a conversation begins that is first heard through it. */
  #passing: readonly Delivery[] = []
  #isOpen = true

  constructor(options: DeliveryOrderOptions) {
    this.#options = options
    this.#openings = createOpenings(options, {
      isWanted: (progress) => this.#isCurrent(progress),
      opened: (progress, ahead) => this.#begin(progress, ahead),
      work: (promise) => this.#busyWith(promise),
    })
  }

  /** Announces what this node committed, to the other nodes and to its own sockets. */
  announce(deliveries: readonly Delivery[]): Promise<void> {
    this.#options.cluster.publish(deliveries)
    // What has no place in an order waits for none: who was typing has stopped before their message is shown.
    if (deliveries.every(({ name }) => !events[name].durable)) return this.#options.deliver(deliveries)
    return this.#inTurn(this.#take(deliveries, true))
  }

  /** What another node committed. */
  hear(deliveries: readonly Delivery[]): void {
    void this.#inTurn(this.#take(deliveries, false))
  }

  /** The first socket of this node hears this from now on. */
  opened(channel: Channel): void {
    const progress = new ChannelProgress(channel, positionIn(this.#passing, channel))
    this.#channels.set(channelName(channel), progress)
    this.#openings.add(progress)
  }

  /** The last one that did is gone. */
  closed(channel: Channel): void {
    const topic = channelName(channel)
    this.#channels.get(topic)?.stopTimer()
    this.#channels.delete(topic)
    this.#options.cluster.unsubscribe([channel])
  }

  /** Resolves when what was opened is heard, so that nothing falls between it and what is read from now on. */
  ready(): Promise<void> {
    return this.#openings.ready()
  }

  /** Everything that was delivered here so far. */
  positions(): { conversations: DeliveredRev[]; users: DeliveredRev[] } {
    const delivered = (kind: ChannelKind) =>
      [...this.#channels.values()].flatMap(({ channel, position }) =>
        position && channel.kind === kind ? { id: channel.id, rev: position.rev } : [],
      )
    return { conversations: delivered('conversation'), users: delivered('user') }
  }

  /** The database is further than what was delivered here: reads and delivers the rest. */
  repair(channel: Channel): void {
    const progress = this.#channels.get(channelName(channel))
    if (progress) void this.#busyWith(this.#read(progress))
  }

  /** What was delivered did not reach all sockets: it is read and delivered again. */
  failed(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      const progress = this.#channels.get(topicOf(delivery))
      if (progress?.goBack(delivery)) this.#readLater(progress, this.#options.timing.retryMs)
    }
  }

  /** Resolves when nothing waits for its turn. */
  async idle(): Promise<void> {
    const isWaiting = () => this.#work.size > 0 || [...this.#channels.values()].some(({ timer }) => timer !== undefined)
    while (this.#isOpen && isWaiting()) {
      await Promise.all(this.#work)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }

  close(): void {
    this.#isOpen = false
    for (const progress of this.#channels.values()) progress.stopTimer()
  }

  #isCurrent(progress: ChannelProgress): boolean {
    return this.#isOpen && this.#channels.get(channelName(progress.channel)) === progress
  }

  #take(deliveries: readonly Delivery[], isOurs: boolean): Delivery[] {
    const now: Delivery[] = []
    for (const delivery of deliveries) {
      const topic = topicOf(delivery)
      const progress = this.#channels.get(topic)
      const rev = revOf(delivery)
      if (progress && rev !== undefined) {
        progress.add(rev, delivery)
        this.#settle(progress, now)
      } else if (progress || isOurs || topic === everyNode) now.push(delivery)
    }
    return now
  }

  /** Takes the contiguous revs that have come, to be delivered, and schedules a read for a gap behind them. */
  #settle(progress: ChannelProgress, now: Delivery[]): void {
    if (progress.isBusy) return
    now.push(...progress.next())
    if (progress.isWaiting()) this.#readLater(progress, this.#options.cluster.isAway() ? 0 : this.#options.timing.gapMs)
    else progress.stopTimer()
  }

  #readLater(progress: ChannelProgress, ms: number): void {
    progress.timer ??= setTimeout(() => {
      progress.timer = undefined
      void this.#busyWith(this.#read(progress))
    }, ms)
  }

  async #read(progress: ChannelProgress): Promise<void> {
    const { channel, position: from } = progress
    if (progress.isBusy || !from || !this.#isCurrent(progress)) return
    progress.stopTimer()
    progress.isBusy = true
    const seen = progress.waitingRevs()
    const missing = await this.#options.catchUp(channel, from).catch((err: unknown) => {
      this.#options.log.warn({ err, channel }, 'not caught up')
      return 'failed' as const
    })
    progress.isBusy = false
    if (!this.#isCurrent(progress)) return
    if (missing === 'failed') return this.#readLater(progress, this.#options.timing.retryMs)
    // What the database does not know did not happen.
    progress.moveTo(missing?.position ?? from, seen)
    const now = [...(missing?.deliveries ?? [])]
    this.#settle(progress, now)
    await this.#inTurn(now)
  }

  #begin(progress: ChannelProgress, ahead: Ahead | undefined): void {
    progress.isBusy = false
    progress.position ??= ahead ?? { rev: 0, seq: 0 }
    const now: Delivery[] = []
    this.#settle(progress, now)
    void this.#inTurn(now)
    if (ahead && ahead.rev > progress.position.rev) void this.#busyWith(this.#read(progress))
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
    const { deliver, admit, log } = this.#options
    this.#passing = deliveries
    // Without a newcomer nothing is awaited before the delivery: the sender's own event reaches them before the answer.
    for (const userId of newcomersIn(deliveries)) {
      await admit(userId).catch((err: unknown) => {
        log.warn({ err }, 'somebody who came in hears nothing yet')
        this.failed(deliveries)
      })
    }
    await deliver(deliveries)
    const hints = hintsForNewcomers(deliveries, (topic) => this.#channels.get(topic)?.position?.rev)
    if (hints.length > 0) await deliver(hints)
    this.#passing = []
  }

  #busyWith<T>(promise: Promise<T>): Promise<T> {
    const done: Promise<unknown> = promise.catch(() => {}).finally(() => this.#work.delete(done))
    this.#work.add(done)
    return promise
  }
}
