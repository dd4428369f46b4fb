import type { Body, Message, MessageType } from '@parley/protocol'
import type { ChatError } from '../chat-error.ts'

/** The types that users can send: only the server sends `system` messages. */
export type SendableType = Exclude<MessageType, 'system'>

/**
 * `queued`: waits for its turn or the connection. `sending`: was sent, without an answer yet. `failed`: was refused.
 */
export type PendingStatus = 'queued' | 'sending' | 'failed'

/** A message that is not in the window yet. Its id is final: the stored message has the same one. */
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
  /** Its seq after the acknowledgement, while messages before it have not arrived yet; null before. */
  seq: number | null
}

/** The handle of a message that is being sent. */
export interface SentMessage {
  /** The final id, also of the row in `pending` and of the stored message. */
  readonly id: string
  readonly status: PendingStatus | 'sent' | 'cancelled'
  /**
   * The stored message; rejects with a ChatError if it was refused, cancelled, or the chat was closed. `retry` starts a
   * new promise.
   */
  readonly settled: Promise<Message>
  /** Queues the message again if it has failed, and resolves at once, before it is sent; does nothing otherwise. */
  retry(): Promise<void>
  /** Withdraws the message if it is queued or failed; false if it may already be on its way. */
  cancel(): Promise<boolean>
}
