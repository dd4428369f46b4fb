import type { SendableType } from '@parley/protocol'
import type { BodyPart, PartContext } from '../../core/body/body-part.ts'
import { OperationError } from '../../core/operation-error.ts'
import { type AttachmentRow, toAttachment } from './attachment-store.ts'

/**
 * The attachments in a body. Each belongs to one message of its uploader, and is deleted with it, or by an edit whose
 * list leaves it out; an edit without a list keeps all. A send or an edit throws `attachment_unusable` for a new one
 * that is not the sender's, not complete or in a message already. A message of images alone has the type `image`, one
 * of voice recordings alone `voice`, any other `file`.
 */
export const attachmentPart: BodyPart<'attachments'> = {
  part: 'attachments',

  check: assertUnbound,

  bind: async (ids, context) => {
    await bindToMessage(ids, context)
    const rows = inOrder(ids, await context.store.attachments.byIds(ids))
    return { type: typeOf(rows), beside: { attachments: rows.map(toAttachment) } }
  },

  /** An edit may add and remove attachments; removed ones are deleted. */
  edit: async (before = [], after = before, context) => {
    const { attachments } = context.store
    const added = after.filter((id) => !before.includes(id))
    await assertUnbound(added, context)
    await bindToMessage(added, context)
    await attachments.drop(before.filter((id) => !after.includes(id)))
    const rows = inOrder(after, await attachments.byIds(after))
    return { value: after.length > 0 ? after : undefined, beside: { attachments: rows.map(toAttachment) } }
  },

  drop: async (ids, { store }) => {
    await store.attachments.drop(ids)
    return {}
  },
}

/**
 * Throws `attachment_unusable` unless all are the sender's, complete and in no message. Locks them until the commit.
 */
async function assertUnbound(ids: readonly string[], { store, caller }: PartContext): Promise<void> {
  if (ids.length === 0) return
  await store.attachments.hold(ids)
  const rows = await store.attachments.byIds(ids)
  const free = rows.filter(
    ({ owner_id, state, message_id }) => owner_id === caller.user.id && state === 'ready' && message_id === null,
  )
  if (free.length < ids.length) throw new OperationError('attachment_unusable')
}

const bindToMessage = (ids: readonly string[], { store, message }: PartContext) =>
  store.attachments.bind(ids, message.id, message.conversation_id)

function inOrder(ids: readonly string[], rows: readonly AttachmentRow[]): AttachmentRow[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

function typeOf(rows: readonly AttachmentRow[]): SendableType {
  const kinds = new Set(rows.map(({ kind }) => kind))
  const [only] = kinds
  return kinds.size === 1 && (only === 'image' || only === 'voice') ? only : 'file'
}
