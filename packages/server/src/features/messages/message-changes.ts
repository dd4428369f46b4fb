import type { Body } from '@parley/protocol'
import { hasParts } from '@parley/protocol/text-rules'
import type { Beside } from '../../core/body/body-part.ts'
import type { MemberContext } from '../../core/context.ts'
import type { Handlers } from '../../core/feature.ts'
import type { Kernel } from '../../core/kernel.ts'
import { OperationError } from '../../core/operation-error.ts'
import { assertMayActOn } from '../../core/policy.ts'
import { messagePolicy } from './message-policy.ts'
import { bodyHash } from './message-resends.ts'
import { type MessageRow, toMessage } from './message-store.ts'
import { announce } from './messages.ts'

/**
 * Makes the handlers that edit and delete messages, each with a new rev and an event, and answer with the message. Only
 * the sender edits; the sender, owners, admins and moderators delete; others are refused with `forbidden`. An edit of a
 * deleted message is refused with `not_found`; deleting it again changes nothing and is answered with the message. An
 * edit with the same body counts as an edit. What other rows copied of the text is replaced or removed (`forget`).
 */
export const createMessageChangeHandlers = ({
  bodyParts,
  forget,
}: Pick<Kernel, 'bodyParts' | 'forget'>): Handlers<'message.edit' | 'message.delete'> => ({
  'message.edit': async ({ messageId, body }, context) => {
    const row = await changeable(messageId, context, messagePolicy['message.edit'])
    if (row.body === null) throw new OperationError('not_found')
    const message = await withNextRev(row, context)
    const before = JSON.parse(row.body) as Body
    const edited =
      hasParts(before) || hasParts(body) ? await bodyParts.edit(before, body, { ...context, message }) : { body }
    const changed = { ...message, body: JSON.stringify(edited.body), edited_at: context.now }
    await forget(context.store, [messageId], edited.body)
    return storeChange(context, 'message.updated', row, changed, 'beside' in edited ? edited.beside : {})
  },

  'message.delete': async ({ messageId }, context) => {
    const row = await changeable(messageId, context, messagePolicy['message.delete'])
    return deleteMessage({ bodyParts, forget }, row, context)
  },
})

/**
 * Removes the body and parts of a message and the copies of its text, takes the next rev and emits `message.deleted`;
 * the row stays. Resolves with `{ message }`, as it is then. For a deleted message it changes and emits nothing. It
 * checks no permission. Read `row` in this transaction, with its conversation locked.
 */
export async function deleteMessage(
  { bodyParts, forget }: Pick<Kernel, 'bodyParts' | 'forget'>,
  row: MessageRow,
  context: MemberContext,
) {
  if (row.body === null) return { message: toMessage(row) }
  const message = await withNextRev(row, context)
  const before = JSON.parse(row.body) as Body
  const beside = hasParts(before) ? await bodyParts.drop(before, { ...context, message }) : {}
  await forget(context.store, [row.id])
  return storeChange(context, 'message.deleted', row, { ...message, body: null, deleted_at: context.now }, beside)
}

/** The row of a message that the caller may change by this rule. Throws `not_found` or `forbidden`. */
async function changeable(
  messageId: string,
  { store, reach }: MemberContext,
  rule: Parameters<typeof assertMayActOn>[0],
): Promise<MessageRow> {
  const row = await store.messages.byId(messageId)
  if (!row) throw new OperationError('not_found')
  assertMayActOn(rule, reach, row.sender_id)
  return row
}

async function withNextRev(row: MessageRow, { store, reach }: MemberContext): Promise<MessageRow> {
  const { rev } = await store.heads.step(reach.conversation.id)
  return { ...row, rev }
}

async function storeChange(
  context: MemberContext,
  name: 'message.updated' | 'message.deleted',
  before: MessageRow,
  changed: MessageRow,
  beside: Beside,
) {
  const { store } = context
  await store.messages.update({ ...changed, sent_hash: before.sent_hash ?? bodyHash(before.body ?? '') })
  const [sender] = await store.users.byIds([changed.sender_id])
  const message = toMessage(changed)
  announce(context, name, message, sender, beside)
  return { message }
}
