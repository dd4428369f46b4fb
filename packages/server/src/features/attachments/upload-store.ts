import { type Kysely, sql } from 'kysely'
import type { Tables } from '../../storage/tables.ts'
import { blobRemovalStore } from './blob-removal-store.ts'

export interface NewPart {
  size: number
  /** The key of its blob. */
  key: string
  now: number
}

const partsOf = (db: Kysely<Tables>) => ({
  /** The parts of an upload in the order of their offsets. */
  parts: (attachmentId: string) =>
    db.selectFrom('attachment_parts').selectAll().where('attachment_id', '=', attachmentId).orderBy('at').execute(),

  partCount: async (attachmentId: string): Promise<number> => {
    const row = await db
      .selectFrom('attachment_parts')
      .select((eb) => eb.fn.countAll<number>().as('parts'))
      .where('attachment_id', '=', attachmentId)
      .executeTakeFirstOrThrow()
    return row.parts
  },

  /**
   * Adds a part at an offset, and begins the upload's time to be abandoned anew. Resolves with false, and stores
   * nothing, if the upload has another offset by now, is ready or is gone.
   */
  addPart: async (attachmentId: string, at: number, { size, key, now }: NewPart): Promise<boolean> => {
    const result = await db
      .updateTable('attachments')
      .set({ received: at + size, created_at: now })
      .where('id', '=', attachmentId)
      .where('received', '=', at)
      .where('state', '=', 'uploading')
      .executeTakeFirst()
    if (result.numUpdatedRows === 0n) return false
    await db.insertInto('attachment_parts').values({ attachment_id: attachmentId, at, blob_key: key }).execute()
    return true
  },

  /** Deletes the parts of an upload; their blobs are deleted after the commit. */
  dropParts: async (attachmentId: string): Promise<void> => {
    const parts = await partsOf(db).parts(attachmentId)
    await blobRemovalStore(db).removeBlobs(parts.map((part) => part.blob_key))
    await db.deleteFrom('attachment_parts').where('attachment_id', '=', attachmentId).execute()
  },
})

/** The bytes of each user's attachments. */
const usageOf = (db: Kysely<Tables>) => ({
  /** The bytes of all attachments of a user; 0 if there are none. */
  usage: async (userId: string): Promise<number> => {
    const row = await db.selectFrom('attachment_usage').select('bytes').where('user_id', '=', userId).executeTakeFirst()
    return row?.bytes ?? 0
  },

  dropUsage: (userId: string) => db.deleteFrom('attachment_usage').where('user_id', '=', userId).execute(),

  /** Adds bytes, which may be negative; resolves with the new total. */
  addUsage: async (userId: string, bytes: number): Promise<number> => {
    const row = await db
      .insertInto('attachment_usage')
      .values({ user_id: userId, bytes })
      .onConflict((conflict) =>
        conflict.column('user_id').doUpdateSet({ bytes: sql<number>`attachment_usage.bytes + ${bytes}` }),
      )
      .returning('bytes')
      .executeTakeFirstOrThrow()
    return row.bytes
  },
})

/** The parts of uploads, and the bytes of each user's attachments; a part of `attachmentStore`. */
export const uploadStore = (db: Kysely<Tables>) => ({ ...partsOf(db), ...usageOf(db) })
