import type { AccountChange, ConversationChange } from '@parley/protocol'
import { emptyHistory, type Heard, type Sent } from '../history/history.ts'

interface Hearer {
  deviceId: string
  userId: string
}

/** Records what all clients do and receive, in one order. */
export class Recorder {
  readonly history = emptyHistory()
  /** Answers that no client should get, and processes that ended by themselves. */
  readonly failures: string[] = []
  resends = 0
  /** How often an operation was refused as `unavailable`. */
  unavailable = 0
  private step = 0
  private readonly sentById = new Map<string, Sent>()
  private readonly lastPlaces = new Map<string, number>()
  private readonly listeners = new Set<(heard: Heard) => void>()

  /** Takes the number of the next step. */
  next(): number {
    this.step += 1
    return this.step
  }

  /** The number of the last step. */
  get now(): number {
    return this.step
  }

  /** Records a message that a client is about to send. */
  sent(sent: Sent): void {
    this.history.sent.push(sent)
    this.sentById.set(sent.id, sent)
  }

  /** The step at which a message was sent; undefined for messages that the server wrote. */
  invokedStepOf(messageId: string): number | undefined {
    return this.sentById.get(messageId)?.invokedStep
  }

  /** Records a durable event, or the change of a conversation in the answer to a sync. */
  heard({ deviceId, userId }: Hearer, { conversationId, rev, messages = [] }: ConversationChange): void {
    const places = messages.map(({ id, seq }) => ({ id, seq }))
    for (const { seq } of places) this.lastPlaces.set(conversationId, Math.max(seq, this.lastPlaceOf(conversationId)))
    const heard = { deviceId, userId, conversationId, rev, messages: places, step: this.next() }
    this.history.heard.push(heard)
    for (const listener of this.listeners) listener(heard)
  }

  /**
   * Records the conversations in the summaries of an account's change, and the read positions in its own memberships.
   */
  heardAccount(hearer: Hearer, { summaries, memberships }: AccountChange): void {
    for (const { conversation, rev, lastMessage } of summaries) {
      const messages = lastMessage ? [lastMessage] : []
      this.heard(hearer, { conversationId: conversation.id, rev, messages })
    }
    for (const { userId, conversationId, readSeq } of memberships) {
      if (userId === hearer.userId) this.mark(hearer, conversationId, readSeq)
    }
  }

  /** Records the own read position, as one of the user's devices received it. */
  mark({ deviceId, userId }: Hearer, conversationId: string, readSeq: number): void {
    this.history.marks.push({ deviceId, userId, conversationId, readSeq, step: this.next() })
  }

  /** The highest `seq` that any device received in this conversation; 0 at first. */
  lastPlaceOf(conversationId: string): number {
    return this.lastPlaces.get(conversationId) ?? 0
  }

  /** Calls the listener with each durable event that is recorded from now on. Returns the function that ends this. */
  onHeard(listener: (heard: Heard) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}
