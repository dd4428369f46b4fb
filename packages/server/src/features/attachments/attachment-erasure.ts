import type { Erasure } from '../../core/erasure.ts'
import { removeBlobs } from './attachment-sweep.ts'

const most = 100

/**
 * Deletes the user's uploads that are in no message (others were deleted with their messages) and the sum of their
 * bytes, and then the files themselves.
 */
export const attachmentErasure: Erasure = {
  ofAccount: async ({ store, caller }) => {
    const rows = await store.attachments.unboundOf(caller.user.id, most)
    await store.attachments.drop(rows.map(({ id }) => id))
    if (rows.length > 0) return 0
    await store.attachments.dropUsage(caller.user.id)
    return undefined
  },
  outside: removeBlobs,
}
