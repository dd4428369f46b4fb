import type { Kysely } from 'kysely'
import { isAmong } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'

/**
 * The list of blobs to be deleted after the commit; a part of `attachmentStore`. It changes only the list:
 * `removeBlobs` adds to it, `removed` takes off it. The function `removeBlobs` of `attachment-sweep.ts` deletes the
 * files.
 */
export const blobRemovalStore = (db: Kysely<Tables>) => ({
  /** Adds blobs to the list. */
  removeBlobs: async (keys: readonly string[]): Promise<void> => {
    if (keys.length === 0) return
    await db
      .insertInto('blob_removals')
      .values(keys.map((blob_key) => ({ blob_key })))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  },

  /** The next blobs of the list, in the order of their keys, behind `after`. */
  removals: async (after: string, limit: number): Promise<string[]> => {
    const listed = db.selectFrom('blob_removals').select('blob_key').where('blob_key', '>', after)
    return (await listed.orderBy('blob_key').limit(limit).execute()).map((row) => row.blob_key)
  },

  /** Removes blobs from the list, after they were deleted. */
  removed: (keys: readonly string[]) =>
    db
      .deleteFrom('blob_removals')
      .where(isAmong(db, 'blob_key', keys))
      .execute(),

  /** Those of these blobs to which a row refers. */
  needed: async (keys: readonly string[]): Promise<Set<string>> => {
    const found = await Promise.all([
      db
        .selectFrom('attachments')
        .select('blob_key as key')
        .where(isAmong(db, 'blob_key', keys))
        .execute(),
      db
        .selectFrom('attachments')
        .select('thumbnail_key as key')
        .where(isAmong(db, 'thumbnail_key', keys))
        .execute(),
      db
        .selectFrom('attachment_parts')
        .select('blob_key as key')
        .where(isAmong(db, 'blob_key', keys))
        .execute(),
    ])
    return new Set(found.flat().map((row) => row.key))
  },
})
