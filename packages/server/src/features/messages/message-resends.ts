import { createHash } from 'node:crypto'
import { hasParts } from '@parley/protocol/text-rules'
import type { Request } from '../../core/feature.ts'
import { OperationError } from '../../core/operation-error.ts'
import { type MessageRow, toMessage } from './message-store.ts'

/**
 * The result for a send whose id `row` has already. If conversation, sender, type and first body are the same, that is
 * `{ message }` in its present state, also if it was edited or deleted since. Otherwise it returns an OperationError
 * `message_id_conflict`, without throwing it: always for an erased message. The type of a body with parts is not
 * compared.
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

/** The SHA-256 of a body in JSON, in base64; stored at the first change of a message, to recognise a resend of it. */
export const bodyHash = (body: string): string => createHash('sha256').update(body).digest('base64')
