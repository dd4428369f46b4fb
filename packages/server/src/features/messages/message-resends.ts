import { createHash } from 'node:crypto'
import { hasParts } from '@parley/protocol/text-rules'
import type { Request } from '../../core/feature.ts'
import { OperationError } from '../../core/operation-error.ts'
import { type MessageRow, toMessage } from './message-store.ts'

/**
 * The result for a resend of a stored message: its present state if the first body was the same, else
 * `message_id_conflict`.
 */
export function resultOfResend({ input, context }: Request<'message.send'>, row: MessageRow) {
  const body = JSON.stringify(input.body)
  const same =
    row.conversation_id === input.conversationId &&
    row.sender_id === context.caller.user.id &&
    // With parts the type follows from the body, so the same body is enough.
    (row.type === input.type || hasParts(input.body)) &&
    (row.sent_hash === null ? row.body === body : row.sent_hash === bodyHash(body))
  return same ? { message: toMessage(row) } : new OperationError('message_id_conflict')
}

/** The hash of the first body, which is stored when a message is changed, so that a resend is still recognised. */
export const bodyHash = (body: string): string => createHash('sha256').update(body).digest('base64')
