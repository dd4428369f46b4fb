import type { MemberContext } from '../../core/context.ts'
import type { Handlers } from '../../core/feature.ts'
import { OperationError } from '../../core/operation-error.ts'
import { assertMayActOn } from '../../core/policy.ts'
import { messagePolicy } from './message-policy.ts'
import { type MessageRow, toMessage } from './message-store.ts'
import { announce, bodyHash } from './messages.ts'

/** What happens to a message after it was sent. */
export const messageChangeHandlers: Handlers<'message.edit' | 'message.delete'> = {
  'message.edit': async ({ messageId, body }, context) => {
    const row = await touch(messageId, context, messagePolicy['message.edit'])
    if (row.deleted_at !== null) throw new OperationError('not_found')
    return change(context, 'message.updated', row, { body: JSON.stringify(body), edited_at: context.now })
  },

  'message.delete': async ({ messageId }, context) => {
    const row = await touch(messageId, context, messagePolicy['message.delete'])
    if (row.deleted_at !== null) return { message: toMessage(row) }
    return change(context, 'message.deleted', row, { body: null, deleted_at: context.now })
  },
}

async function touch(
  messageId: string,
  { store, reach }: MemberContext,
  rule: Parameters<typeof assertMayActOn>[0],
): Promise<MessageRow> {
  const row = await store.messages.byId(messageId)
  if (!row) throw new OperationError('not_found')
  assertMayActOn(rule, reach, row.sender_id)
  return row
}

async function change(
  context: MemberContext,
  name: 'message.updated' | 'message.deleted',
  before: MessageRow,
  changed: Partial<MessageRow>,
) {
  const { store, reach } = context
  const { rev } = await store.heads.step(reach.conversation.id)
  const row = { ...before, ...changed, rev, sent_hash: before.sent_hash ?? bodyHash(before.body ?? '') }
  await store.messages.update(row)
  const [sender] = await store.users.byIds([row.sender_id])
  const message = toMessage(row)
  announce(context, name, message, sender)
  return { message }
}
