import { createHash } from 'node:crypto'
import { hasParts } from '@parley/protocol/text-rules'
import type { Request } from '../../core/feature.ts'
import { OperationError } from '../../core/operation-error.ts'
import { type MessageRow, toMessage } from './message-store.ts'

/** A resend with the same content gets what the first one got; anything else under that id is a conflict. */
export function resultOfResend({ input, context }: Request<'message.send'>, row: MessageRow) {
  const body = JSON.stringify(input.body)
  const same =
    row.conversation_id === input.conversationId &&
    row.sender_id === context.caller.user.id &&
    // Where the type follows from the body, the same body is enough.
    (row.type === input.type || hasParts(input.body)) &&
    (row.sent_hash === null ? row.body === body : row.sent_hash === bodyHash(body))
  return same ? { message: toMessage(row) } : new OperationError('message_id_conflict')
}

/** Kept in place of what was first sent, so that a resend of a message that was changed since is recognised. */
export const bodyHash = (body: string): string => createHash('sha256').update(body).digest('base64')
