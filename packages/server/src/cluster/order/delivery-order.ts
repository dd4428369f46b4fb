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
  /** Delivers to the sockets of this node. */
  deliver: Deliver
  catchUp: CatchUp
  /** Resolves with those conversations and users of which the database has a later rev. */
  ahead: (conversations: readonly DeliveredRev[], users: readonly DeliveredRev[]) => Promise<Ahead[]>
  /** Makes the sockets of a user hear all their conversations; resolves when the node is subscribed to these. */
  admit: (userId: string) => Promise<void>
  timing: OrderTiming
  log: Logger
}

export interface OrderTiming {
  /**
   * Hints of two nodes may arrive in another order than their commits: an early one waits this long for those before
   * it.
   */
  gapMs: number
  /** Milliseconds from a failed read to the next try. */
  retryMs: number
}

/**
 * Delivers the changes of each open conversation and account on this node in one order, from all nodes. It delivers the
 * change that follows the last delivered one, and drops older ones. Before a newer one it waits `gapMs` and then reads
 * what is missing: so a hint may come twice, late, or never. Report channels by `opened` and `closed`, and `close` it
 * at the end.
 */
export class DeliveryOrder {
  readonly #options: DeliveryOrderOptions
  /** By topic. */
  readonly #channels = new Map<string, ChannelProgress>()
  readonly #openings: Openings
  /** Reads and deliveries under way. */
  readonly #work = new Set<Promise<unknown>>()
  /** Resolves when the deliveries that have begun are done; undefined if there are none. */
  #turn: Promise<void> | undefined
  /** The events that are being delivered: they give the position of a channel that is first heard through them. */
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

  /**
   * Publishes what this node committed to the other nodes, and delivers it to its own sockets. Resolves when those
   * events whose turn it is are delivered here: the others follow when the missing ones are read. If all of them are
   * ephemeral, delivers them at once, before earlier events that still wait.
   */
  announce(deliveries: readonly Delivery[]): Promise<void> {
    this.#options.cluster.publish(deliveries)
    // Ephemeral events have no rev and wait for no turn: typing ends before the message appears.
    if (deliveries.every(({ name }) => !events[name].durable)) return this.#options.deliver(deliveries)
    return this.#inTurn(this.#take(deliveries, true))
  }

  /**
   * Takes the events that another node committed, and delivers them in their turn. Drops those of conversations and
   * users that are not open here.
   */
  hear(deliveries: readonly Delivery[]): void {
    void this.#inTurn(this.#take(deliveries, false))
  }

  /** Call this when the first socket of this node hears the channel. Subscribes in the background: see `ready`. */
  opened(channel: Channel): void {
    const progress = new ChannelProgress(channel, positionIn(this.#passing, channel))
    this.#channels.set(channelName(channel), progress)
    this.#openings.add(progress)
  }

  /** Call this when the last one of them is gone. Unsubscribes, and drops the events that wait. */
  closed(channel: Channel): void {
    const topic = channelName(channel)
    this.#channels.get(topic)?.stopTimer()
    this.#channels.delete(topic)
    this.#options.cluster.unsubscribe([channel])
  }

  /**
   * Resolves when this node is subscribed to all opened channels, so that later reads miss nothing. Rejects if that
   * failed.
   */
  ready(): Promise<void> {
    return this.#openings.ready()
  }

  /** The positions that were delivered on this node so far. */
  positions(): { conversations: DeliveredRev[]; users: DeliveredRev[] } {
    const delivered = (kind: ChannelKind) =>
      [...this.#channels.values()].flatMap(({ channel, position }) =>
        position && channel.kind === kind ? { id: channel.id, rev: position.rev } : [],
      )
    return { conversations: delivered('conversation'), users: delivered('user') }
  }

  /**
   * Reads and delivers in the background what the database has beyond the delivered position. Does nothing for a
   * channel that is not open, or is being read.
   */
  repair(channel: Channel): void {
    const progress = this.#channels.get(channelName(channel))
    if (progress) void this.#busyWith(this.#read(progress))
  }

  /**
   * Reads and delivers these events, and the later ones of their channels, again after `retryMs`, because they did not
   * reach all sockets. Ignores those that have no rev, were not delivered, or whose channel is not open.
   */
  failed(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      const progress = this.#channels.get(topicOf(delivery))
      if (progress?.goBack(delivery)) this.#readLater(progress, this.#options.timing.retryMs)
    }
  }

  /** Resolves when nothing is read, delivered or waits for its turn; after `close` at once. */
  async idle(): Promise<void> {
    const isWaiting = () => this.#work.size > 0 || [...this.#channels.values()].some(({ timer }) => timer !== undefined)
    while (this.#isOpen && isWaiting()) {
      await Promise.all(this.#work)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }

  /** Stops all reads: what was not read until now is not delivered. */
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

  /** Moves the events whose turn it is to `now`, and schedules a read if others wait behind a gap. */
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
    // Waiting events that the database does not have were not committed.
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

  /**
   * Delivers after earlier deliveries, or at once if there are none, so that one that needs a read is not overtaken.
   */
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
    // Without a newcomer nothing is awaited before the delivery: the sender gets the event before the answer.
    for (const userId of newcomersIn(deliveries)) {
      await admit(userId).catch((err: unknown) => {
        log.warn({ err }, 'a user who joined gets no events yet')
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
