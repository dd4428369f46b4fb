import type { Message, Output, Receipt } from '@parley/protocol'
import { isMember } from '../cache/held-conversation.ts'
import type { CallOptions } from '../chat.ts'
import { ChatError, disconnected } from '../chat-error.ts'
import type { ConversationState } from '../chat-state.ts'
import { type ClientContext, read, update } from '../client-context.ts'
import type { ClientFeature } from '../client-feature.ts'
import { delay } from '../environment.ts'
import { maximum, type Positions } from '../memberships/membership-rows.ts'
import { applyReceipts } from './receipt-rows.ts'
import { recountUnread } from './unread-recount.ts'

/** A page of the receipts of a conversation. */
export interface ReceiptListOptions extends CallOptions {
  /** The user of the last receipt of the page before. */
  after?: string
  /** How many, 1..100; 100 if left out. */
  limit?: number
}

/** How far members have read and received the messages of a conversation, as the `seq` of the last one. */
export interface Receipts {
  /**
   * Everything up to `seq` was read. Counts at once in the state, is sent at most every 300 ms per conversation, and
   * never goes back. A `seq` beyond the last message counts as that one. Does nothing for a conversation that is not
   * held. While offline it waits in memory for the connection. The client itself reports what was delivered.
   */
  markRead(conversationId: string, seq: number): void
  /**
   * A page of the members' receipts, in the order of their user ids: how far each has read and received, and since
   * when. Puts nothing into the state.
   */
  list(conversationId: string, options?: ReceiptListOptions): Promise<Output<'receipt.list'>>
}

export const receipts: ClientFeature<Receipts> = {
  create(context) {
    const queue = new ReceiptQueue(context)
    recountUnread(context, (conversationId) => queue.whenIdle(conversationId))
    return queue
  },
}

const betweenReceiptsMs = 300
const retryMs = 5_000
/** After a long absence there is something to report of every conversation: a few at a time. */
const mostAtOnce = 8

/**
 * Reports how far this person has read and this device has received. Of each conversation only the furthest seq
 * counts, and at most one request is in flight per conversation, so that a burst of messages costs few reports.
 */
class ReceiptQueue implements Receipts {
  readonly #context: ClientContext
  readonly #wanted = new Map<string, Positions>()
  readonly #sending = new Map<string, Promise<void>>()

  constructor(context: ClientContext) {
    this.#context = context
    context.signals.on('changed', ({ conversationId, messages = [] }) => this.#delivered(conversationId, messages))
    context.events.on('receipt.updated', ({ conversationId, receipts }) =>
      update(context, (state) => applyReceipts(state, conversationId, receipts)),
    )
    context.signals.on('entered', ({ conversationId }) => this.#entered(conversationId))
    context.store.subscribe((state, before) => {
      // The places of a history that was replaced by a backup mean others, or nothing, in the new one.
      if (state.epoch !== before.epoch) this.#wanted.clear()
      if (state.status === 'online' && before.status !== 'online') this.#sendAll()
    })
  }

  readonly markRead = (conversationId: string, seq: number): void => {
    const { me, held } = this.#own(conversationId)
    const mine = held?.memberships[me]
    const readSeq = Math.min(Math.trunc(seq), held?.lastSeq ?? 0)
    // Written so that a place which is no number is left out.
    if (!mine || !(readSeq > mine.readSeq)) return
    const receipt: Receipt = { userId: me, readSeq, deliveredSeq: Math.max(mine.deliveredSeq, readSeq) }
    update(this.#context, (state) => applyReceipts(state, conversationId, [receipt]))
    this.#want(conversationId, { readSeq, deliveredSeq: readSeq })
  }

  readonly list: Receipts['list'] = (conversationId, { after, limit, ...options } = {}) =>
    read(this.#context, 'receipt.list', { conversationId, after, limit }, options)

  /** Waits for this conversation's running report, if any; starts none. */
  async whenIdle(conversationId: string): Promise<void> {
    await this.#sending.get(conversationId)
  }

  #own(conversationId: string): { me: string; held: ConversationState | undefined } {
    const state = this.#context.store.getState()
    return { me: state.me?.id ?? '', held: state.conversations[conversationId] }
  }

  #delivered(conversationId: string, messages: readonly Message[]): void {
    const { me } = this.#own(conversationId)
    const seq = messages.reduce((most, row) => (row.senderId === me ? most : Math.max(most, row.seq)), 0)
    this.#report(conversationId, seq)
  }

  #entered(conversationId: string): void {
    const { me, held } = this.#own(conversationId)
    if (!held?.lastMessage) return
    const isFromOthers = held.unread > 0 || held.lastMessage.senderId !== me
    if (isFromOthers) this.#report(conversationId, held.lastSeq)
  }

  #report(conversationId: string, deliveredSeq: number): void {
    const { me, held } = this.#own(conversationId)
    if (!isMember(this.#context.store.getState(), conversationId)) return
    if (deliveredSeq > (held?.memberships[me]?.deliveredSeq ?? 0)) {
      this.#want(conversationId, { readSeq: 0, deliveredSeq })
    }
  }

  #want(conversationId: string, wanted: Positions): void {
    this.#keep(conversationId, wanted)
    this.#send(conversationId)
  }

  #keep(conversationId: string, wanted: Positions): void {
    this.#wanted.set(conversationId, maximum(wanted, this.#wanted.get(conversationId) ?? wanted))
  }

  #sendAll(): void {
    for (const conversationId of this.#wanted.keys()) this.#send(conversationId)
  }

  /** Sends what waits for room. What was read needs no room: it was sent when it was wanted, or with the connection. */
  #sendWaiting(): void {
    for (const conversationId of this.#wanted.keys()) {
      if (this.#sending.size >= mostAtOnce) return
      this.#send(conversationId)
    }
  }

  #send(conversationId: string): void {
    if (this.#sending.has(conversationId) || this.#context.store.getState().status !== 'online') return
    // What the person reads does not wait for what merely arrived.
    if (this.#sending.size >= mostAtOnce && !this.#wanted.get(conversationId)?.readSeq) return
    const sending = this.#sendWhileWanted(conversationId).finally(() => {
      this.#sending.delete(conversationId)
      if (this.#wanted.has(conversationId)) this.#send(conversationId)
      this.#sendWaiting()
    })
    this.#sending.set(conversationId, sending)
  }

  async #sendWhileWanted(conversationId: string): Promise<void> {
    // What the rest of this turn brings goes along.
    await Promise.resolve()
    for (let wanted = this.#take(conversationId); wanted; wanted = this.#take(conversationId)) {
      const waitMs = await this.#sendOne(conversationId, wanted)
      if (waitMs === null) return
      await delay(this.#context.environment.clock, waitMs)
    }
  }

  /** Nothing is taken while offline: a call would wait for the next connection, and its places may be gone by then. */
  #take(conversationId: string): Positions | undefined {
    if (this.#context.store.getState().status !== 'online') return undefined
    const wanted = this.#wanted.get(conversationId)
    this.#wanted.delete(conversationId)
    return wanted
  }

  /** Milliseconds until the next one of this conversation; null if the connection is lost. */
  async #sendOne(conversationId: string, wanted: Positions): Promise<number | null> {
    const { readSeq, deliveredSeq } = wanted
    const { epoch } = this.#context.store.getState()
    try {
      if (readSeq > 0) await this.#tell('receipt.read', conversationId, readSeq)
      // What was read was also delivered.
      if (deliveredSeq > readSeq) await this.#tell('receipt.delivered', conversationId, deliveredSeq)
      return betweenReceiptsMs
    } catch (error) {
      // A refused one is not repeated: the conversation is gone, or this is not its member any more.
      if (error instanceof ChatError && error.final) return betweenReceiptsMs
      this.#context.logger?.debug('a receipt was not answered', error)
      if (epoch === this.#context.store.getState().epoch) this.#keep(conversationId, wanted)
      const isLost = !(error instanceof ChatError) || error.code === 'disconnected' || error.code === 'closed'
      return isLost ? null : (error.retryAfterMs ?? 0) || retryMs
    }
  }

  async #tell(name: 'receipt.read' | 'receipt.delivered', conversationId: string, seq: number): Promise<void> {
    if (this.#context.store.getState().status !== 'online') throw disconnected('The connection is lost.')
    const { receipt } = await this.#context.call(name, { conversationId, seq })
    update(this.#context, (state) => applyReceipts(state, conversationId, [receipt]))
  }
}
