import type { AccountChange } from '@parley/protocol'
import { type Channel, channelName } from '../../core/channel.ts'
import type { Delivery } from '../../core/delivery.ts'
import type { Position } from '../../core/rows/row-kind.ts'
import { topicOf } from '../cluster.ts'

/** Events beyond this number are not kept until their turn: they are read from the database. */
const mostWaiting = 1_000

/**
 * How far the events of a conversation or an account were delivered on this node, and the events that wait for their
 * turn. It only stores this: its owner delivers what `next` returns, sets `isBusy` (true at first), and sets the timer.
 */
export class ChannelProgress {
  readonly channel: Channel
  /** The position that was delivered last; undefined until this node is subscribed. */
  position: Position | undefined
  /** True during a read that decides which event is the next. */
  isBusy = true
  /** The timer of the next read. */
  timer: NodeJS.Timeout | undefined
  /** The events that came before their turn, by rev. */
  readonly #waiting = new Map<number, Delivery>()

  /** Without a position, as before this node is subscribed to the channel, all events wait. */
  constructor(channel: Channel, position: Position | undefined) {
    this.channel = channel
    this.position = position
  }

  /**
   * Keeps an event for its turn, in place of one with this rev. Does nothing if that was delivered already or 1,000
   * wait: the owner must then read the event from the database.
   */
  add(rev: number, delivery: Delivery): void {
    if (this.position && rev <= this.position.rev) return
    if (this.#waiting.size < mostWaiting) this.#waiting.set(rev, delivery)
  }

  /** Do events wait, behind a known position? False before this node is subscribed. */
  isWaiting(): boolean {
    return this.position !== undefined && this.#waiting.size > 0
  }

  waitingRevs(): number[] {
    return [...this.#waiting.keys()]
  }

  /**
   * Removes and returns the events that follow the position without a gap, in order, and moves the position behind
   * them.
   */
  next(): Delivery[] {
    const now: Delivery[] = []
    while (this.position) {
      const rev = this.position.rev + 1
      const delivery = this.#waiting.get(rev)
      if (!delivery) break
      this.#waiting.delete(rev)
      this.position = { rev, seq: Math.max(this.position.seq, ...seqsOf(delivery)) }
      now.push(delivery)
    }
    return now
  }

  /**
   * After a read: moves the position forward to this one, never back. Drops the waiting events up to it, and those with
   * a rev in `seen`, which waited when the read began: what it did not find was never committed.
   */
  moveTo(position: Position, seen: readonly number[]): void {
    if (this.position === undefined || position.rev > this.position.rev) this.position = position
    for (const rev of seen) this.#waiting.delete(rev)
    for (const rev of this.waitingRevs()) if (rev <= position.rev) this.#waiting.delete(rev)
  }

  /**
   * Moves the position back to before this event. Returns false, and changes nothing, if it was not delivered or has
   * no rev.
   */
  goBack(delivery: Delivery): boolean {
    const rev = revOf(delivery)
    if (!this.position || rev === undefined || rev > this.position.rev) return false
    this.position = { rev: rev - 1, seq: Math.min(this.position.seq, ...seqsOf(delivery).map((seq) => seq - 1)) }
    return true
  }

  stopTimer(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }
}

const conversationTopic = (id: string) => channelName({ kind: 'conversation', id })

/** The number (`rev`) of a durable event in the order of its channel; undefined for an event without one. */
export const revOf = ({ payload }: Delivery): number | undefined => ('rev' in payload ? payload.rev : undefined)

const seqsOf = ({ name, payload }: Delivery): number[] =>
  name === 'message.created' ? (payload.messages ?? []).map(({ seq }) => seq) : []

/**
 * Returns the position at which a channel starts if it is first heard through these deliveries. It is that of the
 * channel's last event among them, else the one at which a user entered the conversation, as an `account.updated` says.
 * Undefined if they have neither.
 */
export function positionIn(deliveries: readonly Delivery[], channel: Channel): Position | undefined {
  const topic = channelName(channel)
  let found: Position | undefined
  for (const delivery of deliveries) {
    const rev = revOf(delivery)
    if (rev !== undefined && topicOf(delivery) === topic) {
      const members = 'memberships' in delivery.payload ? (delivery.payload.memberships ?? []) : []
      const seqs = [...seqsOf(delivery), ...members.map(({ joinedSeq }) => joinedSeq)]
      found = { rev, seq: Math.max(found?.seq ?? 0, ...seqs) }
    }
    for (const { conversationId, rev, joinedSeq } of entered(delivery)) {
      if (conversationTopic(conversationId) === topic) found ??= { rev, seq: joinedSeq }
    }
  }
  return found
}

/** The memberships by which a user entered conversations, as an event of their account says. */
const entered = ({ name, payload }: Delivery): AccountChange['memberships'] => {
  if (name !== 'account.updated') return []
  const shown = new Set(payload.summaries.map(({ conversation }) => conversation.id))
  return payload.memberships.filter(({ state, conversationId }) => state === 'active' && shown.has(conversationId))
}

/** Those of them whose conversation has no event in these deliveries: another node committed them. */
const enteredElsewhere = (delivery: Delivery, deliveries: readonly Delivery[]) => {
  const memberships = entered(delivery)
  if (memberships.length === 0) return []
  const here = new Set(deliveries.map(topicOf))
  return memberships.filter(({ conversationId }) => !here.has(conversationTopic(conversationId)))
}

/** The users who got a hint instead of their account's changes: they may have entered conversations unknown here. */
const hinted = ({ name, audience }: Delivery): string[] =>
  name === 'sync.hinted' ? audience.channels.flatMap(({ kind, id }) => (kind === 'user' ? id : [])) : []

/**
 * The ids of users whose conversations this node may not hear yet. These are the users who, by these deliveries,
 * entered a conversation of which the deliveries have no event (another node committed it), and all users who got a
 * hint to sync.
 */
export const newcomersIn = (deliveries: readonly Delivery[]): Set<string> =>
  new Set(
    deliveries.flatMap((delivery) => [
      ...enteredElsewhere(delivery, deliveries).map(({ userId }) => userId),
      ...hinted(delivery),
    ]),
  )

/**
 * Returns hints to sync (`sync.hinted`, for native clients only), at most one for each user, and delivers none. By
 * these deliveries, their users entered a conversation on another node, at a rev below the last one that this node has
 * delivered: they missed the events between. `delivered` returns that last rev of a topic; undefined counts as 0.
 */
export function hintsForNewcomers(
  deliveries: readonly Delivery[],
  delivered: (topic: string) => number | undefined,
): Delivery[] {
  const behind = deliveries.flatMap((delivery) =>
    enteredElsewhere(delivery, deliveries)
      .filter(({ conversationId, rev }) => (delivered(conversationTopic(conversationId)) ?? 0) > rev)
      .map(({ userId }) => userId),
  )
  return [...new Set(behind)].map((userId) => ({
    name: 'sync.hinted',
    payload: {},
    audience: { channels: [{ kind: 'user', id: userId }] },
    only: 'native',
  }))
}
