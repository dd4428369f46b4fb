import type { Body, Message } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { applyMessage } from '../cache/cache.ts'
import type { Messages } from '../chat.ts'
import { type ClientContext, update } from '../client-context.ts'
import { refusalOfBody } from '../connection/local-refusal.ts'
import type { Outbox } from '../outbox/outbox.ts'
import { createHistory } from './message-history.ts'

const bodyOf = (content: string | Body): Body =>
  typeof content === 'string' ? { kind: 'plain', text: content } : content

/** `sent` is told of each message when it is handed over. */
export function createMessages(
  context: ClientContext,
  outbox: Outbox,
  sent: (conversationId: string) => void,
): Messages {
  const { call, environment } = context
  const taken = (message: Message) => {
    update(context, (state) => applyMessage(state, message))
    return message
  }
  return {
    send(conversationId, content, { type = 'text' } = {}) {
      sent(conversationId)
      const createdAt = environment.clock.now()
      return outbox.add({ id: uuidv7(), conversationId, type, body: bodyOf(content), createdAt })
    },
    retry: (messageId) => outbox.retry(messageId),
    cancel: (messageId) => outbox.cancel(messageId),
    async edit(messageId, content, options) {
      const body = bodyOf(content)
      const refusal = refusalOfBody(body)
      if (refusal) throw refusal
      return taken((await call('message.edit', { messageId, body }, options)).message)
    },
    async delete(messageId, options) {
      return taken((await call('message.delete', { messageId }, options)).message)
    },
    ...createHistory(context),
  }
}
