import type { AccountChange, ConversationChange } from '@parley/protocol'
import { emptyHistory, type Heard, type Sent } from '../history/history.ts'

interface Hearer {
  deviceId: string
  userId: string
}

/** Writes down what all clients do and are told, in one order. */
export class Recorder {
  readonly history = emptyHistory()
  /** Answers that no client should get, and processes that ended by themselves. */
  readonly failures: string[] = []
  resends = 0
  /** How often somebody was told that the server could not do it just now. */
  unavailable = 0
  private step = 0
  private readonly sentById = new Map<string, Sent>()
  private readonly lastPlaces = new Map<string, number>()
  private readonly listeners = new Set<(heard: Heard) => void>()

  next(): number {
    this.step += 1
    return this.step
  }

  get now(): number {
    return this.step
  }

  sent(sent: Sent): void {
    this.history.sent.push(sent)
    this.sentById.set(sent.id, sent)
  }

  /** When a message was sent; undefined for what only the server writes. */
  invokedStepOf(messageId: string): number | undefined {
    return this.sentById.get(messageId)?.invokedStep
  }

  /** A durable event, or what a sync answered of one conversation. */
  heard({ deviceId, userId }: Hearer, { conversationId, rev, messages = [] }: ConversationChange): void {
    const places = messages.map(({ id, seq }) => ({ id, seq }))
    for (const { seq } of places) this.lastPlaces.set(conversationId, Math.max(seq, this.lastPlaceOf(conversationId)))
    const heard = { deviceId, userId, conversationId, rev, messages: places, step: this.next() }
    this.history.heard.push(heard)
    for (const listener of this.listeners) listener(heard)
  }

  /** The summaries of an account's change tell of conversations too, and its memberships of one's own read positions. */
  heardAccount(hearer: Hearer, { summaries, memberships }: AccountChange): void {
    for (const { conversation, rev, lastMessage } of summaries) {
      const messages = lastMessage ? [lastMessage] : []
      this.heard(hearer, { conversationId: conversation.id, rev, messages })
    }
    for (const { userId, conversationId, readSeq } of memberships) {
      if (userId === hearer.userId) this.mark(hearer, conversationId, readSeq)
    }
  }

  mark({ deviceId, userId }: Hearer, conversationId: string, readSeq: number): void {
    this.history.marks.push({ deviceId, userId, conversationId, readSeq, step: this.next() })
  }

  /** The last place that anybody heard of. */
  lastPlaceOf(conversationId: string): number {
    return this.lastPlaces.get(conversationId) ?? 0
  }

  onHeard(listener: (heard: Heard) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}
