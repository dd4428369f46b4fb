import type { ParsedInput } from '@parley/protocol'
import { attachmentLimits } from '@parley/protocol/features/attachment-rules'
import type { Caller, Context } from '../../core/context.ts'
import type { Handlers } from '../../core/feature.ts'
import type { Kernel } from '../../core/kernel.ts'
import { OperationError } from '../../core/operation-error.ts'
import { createSignedUrls } from '../../files/downloads/signed-url.ts'
import { unknownType } from '../../files/inspection/inspection.ts'
import { newBlobKey } from '../../storage/blobs/blob-key.ts'
import type { Store } from '../../storage/store.ts'
import type { attachmentPolicy } from './attachment-policy.ts'
import { type AttachmentRow, toAttachment } from './attachment-store.ts'

/**
 * Makes the handlers for attachments; their bytes travel over `attachmentRoutes`. `create` takes the announced bytes
 * from the quota, or throws `file_too_large`, `limit_reached` or `quota_exceeded`. For a known id it returns the upload
 * as it is now, if owner, name and, until it is ready, size are the same; else it throws `attachment_unusable`.
 *
 * A caller sees the attachments in messages of conversations in which they are an active member, and their own in no
 * message. For others `get` throws `not_found`, and `sign` leaves them out, like those that are not ready. `list` and
 * `discard` know only the caller's own in no message; for others `discard` throws `not_found`. `quota` answers with the
 * bytes that the caller uses, and the limits.
 */
export const attachmentHandlers = ({ tokens, settings }: Kernel): Handlers<keyof typeof attachmentPolicy> => {
  const { maxFileSize, allowedFileTypes, quotaBytes } = settings.files
  const urls = createSignedUrls(tokens)
  return {
    'attachment.create': async (input, context) => {
      const { store, caller } = context
      const known = await store.attachments.byId(input.id)
      if (known) return { attachment: toAttachment(sameUpload(known, input, caller)) }
      if (input.size > maxFileSize) {
        throw new OperationError('file_too_large', `A file may have at most ${maxFileSize} bytes.`)
      }
      await takeQuota(context, input.size, quotaBytes)
      const row = newRow(input, context)
      await store.attachments.insert(row)
      return { attachment: toAttachment(row) }
    },

    'attachment.get': async ({ attachmentId }, { store, caller }) => {
      const [row] = await visible(store, await store.attachments.byIds([attachmentId]), caller)
      if (!row) throw new OperationError('not_found')
      return { attachment: toAttachment(row) }
    },

    'attachment.list': async (_, { store, caller }) => {
      const rows = await store.attachments.unboundOf(caller.user.id, attachmentLimits.unbound)
      return { attachments: rows.map(toAttachment) }
    },

    'attachment.discard': async ({ attachmentId }, { store, caller }) => {
      await store.attachments.hold([attachmentId])
      const row = await store.attachments.byId(attachmentId)
      if (row?.owner_id !== caller.user.id || row.message_id !== null) throw new OperationError('not_found')
      await store.attachments.drop([row.id])
      return {}
    },

    'attachment.sign': async ({ attachmentIds }, { store, caller, now }) => {
      const rows = await visible(store, await store.attachments.byIds(attachmentIds), caller)
      return { urls: rows.filter(({ state }) => state === 'ready').map((row) => urls.of(row, caller.user.id, now)) }
    },

    'attachment.quota': async (_, { store, caller }) => ({
      usedBytes: await store.attachments.usage(caller.user.id),
      limitBytes: quotaBytes,
      maxFileSize,
      allowedTypes: [...allowedFileTypes],
    }),
  }
}

/**
 * The upload that was created before with the same id and input. Throws `attachment_unusable` if the id has another
 * upload.
 */
function sameUpload(row: AttachmentRow, input: ParsedInput<'attachment.create'>, caller: Caller): AttachmentRow {
  const isSame =
    row.owner_id === caller.user.id && row.name === input.name && (row.state === 'ready' || row.size === input.size)
  if (!isSame) throw new OperationError('attachment_unusable', 'This id was already used for something else.')
  return row
}

/**
 * Adds the bytes to the user's usage. Throws `limit_reached` for too many uploads in no message, or `quota_exceeded`.
 */
async function takeQuota({ store, caller }: Context, size: number, quotaBytes: number): Promise<void> {
  const { id } = caller.user
  const unbound = await store.attachments.unboundOf(id, attachmentLimits.unbound)
  if (unbound.length === attachmentLimits.unbound) {
    throw new OperationError(
      'limit_reached',
      `You may have ${attachmentLimits.unbound} uploads that are in no message.`,
    )
  }
  // Added first and compared then, so that two nodes at the same moment cannot both use the last bytes.
  if ((await store.attachments.addUsage(id, size)) > quotaBytes) throw new OperationError('quota_exceeded')
}

const newRow = (input: ParsedInput<'attachment.create'>, { caller, now }: Context): AttachmentRow => ({
  id: input.id,
  owner_id: caller.user.id,
  kind: input.kind,
  name: input.name,
  mime: unknownType,
  size: input.size,
  received: 0,
  ...claimedSize(input),
  duration_ms: input.durationMs ?? null,
  peaks: input.peaks ? JSON.stringify(input.peaks) : null,
  thumbhash: null,
  state: 'uploading',
  message_id: null,
  conversation_id: null,
  blob_key: newBlobKey(),
  thumbnail_key: newBlobKey(),
  created_at: now,
})

/** The dimensions of a video as the sender gives them. Those of an image are measured later. */
function claimedSize({
  kind,
  width,
  height,
}: ParsedInput<'attachment.create'>): Pick<AttachmentRow, 'width' | 'height'> {
  return kind === 'video' && width && height ? { width, height } : { width: null, height: null }
}

/**
 * The rows that the caller may see now: own uploads in no message, and those in conversations of which they are a
 * member.
 */
async function visible(store: Store, rows: readonly AttachmentRow[], caller: Caller): Promise<AttachmentRow[]> {
  const conversations = [...new Set(rows.flatMap((row) => row.conversation_id ?? []))]
  const reaches = await store.reaches.all(
    conversations.map((conversation_id) => ({ conversation_id, user_id: caller.user.id })),
  )
  const active = new Set(
    conversations.filter((_, at) => {
      const membership = reaches[at]?.membership
      return membership?.is_open && membership.state === 'active'
    }),
  )
  return rows.filter((row) =>
    row.conversation_id === null ? row.owner_id === caller.user.id : active.has(row.conversation_id),
  )
}
