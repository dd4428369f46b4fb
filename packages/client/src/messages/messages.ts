import type { Body, Message } from '@parley/protocol'
import type { CallOptions } from '../chat.ts'
import { type ClientContext, taking } from '../client-context.ts'
import type { ClientFeature } from '../client-feature.ts'
import { jsonCopy, refusalOfBody } from '../connection/local-refusal.ts'
import { newId } from '../new-id.ts'
import type { Outbox } from '../outbox/outbox.ts'
import { createHistory } from './message-history.ts'
import { absorbMessages, applyMessage } from './message-rows.ts'
import { type MessagesFields, messagesPart } from './messages-fields.ts'
import type { SendableType, SentMessage } from './pending-message.ts'

/** How much of a history to load at once. */
export interface PageOptions extends CallOptions {
  /** How many messages, 1..100; 50 if left out. */
  limit?: number
}

/** A text, a text with what features add to it, or a whole body. */
export type Content = string | Omit<Extract<Body, { kind: 'plain' }>, 'kind'> | Body

/**
 * Sends, changes and loads messages. The state holds one window of each history, without gaps, and has what a call
 * brings when its promise resolves. Promises reject with a ChatError, or with the reason of an abort; `send` itself
 * never throws. Loads are repeated after a lost connection, sends in the outbox, too; `edit` and `delete` are not and
 * may have run.
 */
export interface Messages {
  /**
   * Shows the message at once and sends it as soon as possible, once, in order. Never throws, also not while offline.
   * One that no server takes (blank, too long, half a character) fails at once with `invalid_input`, and no other waits
   * for it.
   */
  send(conversationId: string, content: Content, options?: { type?: SendableType }): SentMessage
  /**
   * Queues a failed message again, by its id (also one from before a reload), and resolves at once; does nothing for
   * others.
   */
  retry(messageId: string): Promise<void>
  /** Withdraws a queued or failed message; false if it may already be on its way, or there is none of this id. */
  cancel(messageId: string): Promise<boolean>
  /** Replaces the text, or the whole body; what that leaves out beside the text stays as it is. */
  edit(messageId: string, content: Content, options?: CallOptions): Promise<Message>
  /** Deletes a message for all members: it keeps its place, and its body is null. */
  delete(messageId: string, options?: CallOptions): Promise<Message>
  /** Moves the window to the newest page; keeps what is held if it already ends there. */
  loadLatest(conversationId: string, options?: PageOptions): Promise<void>
  /** Adds the page before the window; does nothing at its beginning. Loads the newest page if none is loaded. */
  loadOlder(conversationId: string, options?: PageOptions): Promise<void>
  /** Adds the page after the window; does nothing at its end. Loads the newest page if none is loaded. */
  loadNewer(conversationId: string, options?: PageOptions): Promise<void>
  /** Moves the window so that it holds the place `seq`; keeps what is held if it is in there. */
  loadAround(conversationId: string, seq: number, options?: PageOptions): Promise<void>
}

export const messages: ClientFeature<Messages, object, MessagesFields> = {
  create: createMessages,
  conversation: messagesPart,
  conversationRows: { messages: { apply: (held, rows, me) => absorbMessages(held, rows, me, true) } },
}

function bodyOf(content: Content): Body {
  if (typeof content === 'string') return { kind: 'plain', text: content }
  const body = 'text' in content && !('kind' in content) ? { kind: 'plain', ...content } : content
  // What is kept is what will be sent, and a storage takes it: details of an offer may have functions in them.
  return jsonCopy(body) as Body
}

function createMessages(context: ClientContext, outbox: Outbox): Messages {
  const { call, environment, signals } = context
  const taken = async (answer: Promise<{ message: Message }>) =>
    (await taking(context, answer, (state, { message }) => applyMessage(state, message))).message
  return {
    send(conversationId, content, { type = 'text' } = {}) {
      signals.emit('sent', { conversationId })
      const createdAt = environment.clock.now()
      return outbox.add({ id: newId(), conversationId, type, body: bodyOf(content), createdAt })
    },
    retry: (messageId) => outbox.retry(messageId),
    cancel: (messageId) => outbox.cancel(messageId),
    async edit(messageId, content, options) {
      const body = bodyOf(content)
      const refusal = refusalOfBody(body)
      if (refusal) throw refusal
      return taken(call('message.edit', { messageId, body }, options))
    },
    delete: (messageId, options) => taken(call('message.delete', { messageId }, options)),
    ...createHistory(context),
  }
}
