import type { Body, Message, MessageType } from '@parley/protocol'
import type { ChatError } from '../chat-error.ts'

/** What a person can send; `system` messages are the server's. */
export type SendableType = Exclude<MessageType, 'system'>

/** `queued`: waits for its turn or for the connection. `sending`: on its way. `failed`: it was refused. */
export type PendingStatus = 'queued' | 'sending' | 'failed'

/** A message that is not acknowledged yet. Its id is final: the stored message has the same one. */
export interface PendingMessage {
  id: string
  conversationId: string
  senderId: string
  type: SendableType
  body: Body
  createdAt: number
  status: PendingStatus
  /** Why it failed. */
  error: ChatError | null
  /** Its place, once it is acknowledged but messages before it are still on their way; null before. */
  seq: number | null
}

/** A message on its way. */
export interface SentMessage {
  /** The final id, also of the row in `pending` and of the stored message. */
  readonly id: string
  readonly status: PendingStatus | 'sent' | 'cancelled'
  /** The stored message; rejects with a ChatError if it was refused, cancelled, or the chat was closed. `retry` starts a new promise. */
  readonly settled: Promise<Message>
  retry(): Promise<void>
  cancel(): Promise<boolean>
}
