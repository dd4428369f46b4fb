import type { AccountChange } from '@parley/protocol'
import { type Channel, channelName } from '../../core/channel.ts'
import type { Delivery } from '../../core/delivery.ts'
import type { Position } from '../../core/rows/row-kind.ts'
import { topicOf } from '../cluster.ts'

/** More is not kept for later: it is read. */
const mostWaiting = 1_000

/** A conversation or an account that a socket of this node hears, and how far it was delivered. */
export class ChannelProgress {
  readonly channel: Channel
  /** The position that was delivered last; unknown until this node is subscribed. */
  position: Position | undefined
  /** While something is read that decides what comes next. */
  isBusy = true
  timer: NodeJS.Timeout | undefined
  /** What came before its turn, by rev. */
  readonly #waiting = new Map<number, Delivery>()

  constructor(channel: Channel, position: Position | undefined) {
    this.channel = channel
    this.position = position
  }

  add(rev: number, delivery: Delivery): void {
    if (this.position && rev <= this.position.rev) return
    if (this.#waiting.size < mostWaiting) this.#waiting.set(rev, delivery)
  }

  isWaiting(): boolean {
    return this.position !== undefined && this.#waiting.size > 0
  }

  waitingRevs(): number[] {
    return [...this.#waiting.keys()]
  }

  /** What may be delivered now, in order. */
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

  /** Was read up to there; what waited before that is part of it, or of nothing. */
  moveTo(position: Position, seen: readonly number[]): void {
    if (this.position === undefined || position.rev > this.position.rev) this.position = position
    for (const rev of seen) this.#waiting.delete(rev)
    for (const rev of this.waitingRevs()) if (rev <= position.rev) this.#waiting.delete(rev)
  }

  /** Back to before this, if it was delivered. */
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

/** The number of a durable event in the order of its channel. */
export const revOf = ({ payload }: Delivery): number | undefined => ('rev' in payload ? payload.rev : undefined)

const seqsOf = ({ name, payload }: Delivery): number[] =>
  name === 'message.created' ? (payload.messages ?? []).map(({ seq }) => seq) : []

/** The initial position of a channel that is first heard through these deliveries: after them, or where somebody joined. */
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

/** The memberships by which somebody came into a conversation, as their account tells it. */
const entered = ({ name, payload }: Delivery): AccountChange['memberships'] => {
  if (name !== 'account.updated') return []
  const shown = new Set(payload.summaries.map(({ conversation }) => conversation.id))
  return payload.memberships.filter(({ state, conversationId }) => state === 'active' && shown.has(conversationId))
}

/** The same, where the conversation's own channel did not bring it: another node committed it. */
const enteredElsewhere = (delivery: Delivery, deliveries: readonly Delivery[]) => {
  const memberships = entered(delivery)
  if (memberships.length === 0) return []
  const here = new Set(deliveries.map(topicOf))
  return memberships.filter(({ conversationId }) => !here.has(conversationTopic(conversationId)))
}

/** The users who got a hint in place of their account's changes: they may have entered conversations unknown here. */
const hinted = ({ name, audience }: Delivery): string[] =>
  name === 'sync.hinted' ? audience.channels.flatMap(({ kind, id }) => (kind === 'user' ? id : [])) : []

/** Those who came, or may have come, into a conversation that this node may hear nothing of. */
export const newcomersIn = (deliveries: readonly Delivery[]): Set<string> =>
  new Set(
    deliveries.flatMap((delivery) => [
      ...enteredElsewhere(delivery, deliveries).map(({ userId }) => userId),
      ...hinted(delivery),
    ]),
  )

/** For those who were shown a conversation as it was before what is delivered here already: what lies between they sync. */
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
