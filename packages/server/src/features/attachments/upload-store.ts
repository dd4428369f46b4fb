import { type Kysely, sql } from 'kysely'
import type { Tables } from '../../storage/tables.ts'
import { blobRemovalStore } from './blob-removal-store.ts'

/** The parts of uploads. */
const partsOf = (db: Kysely<Tables>) => ({
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

  /** Adds what came at an offset; false if the upload stands at another one by now. */
  addPart: async (attachmentId: string, at: number, size: number, key: string): Promise<boolean> => {
    const result = await db
      .updateTable('attachments')
      .set({ received: at + size })
      .where('id', '=', attachmentId)
      .where('received', '=', at)
      .where('state', '=', 'uploading')
      .executeTakeFirst()
    if (result.numUpdatedRows === 0n) return false
    await db.insertInto('attachment_parts').values({ attachment_id: attachmentId, at, blob_key: key }).execute()
    return true
  },

  dropParts: async (attachmentId: string): Promise<void> => {
    const parts = await partsOf(db).parts(attachmentId)
    await blobRemovalStore(db).removeBlobs(parts.map((part) => part.blob_key))
    await db.deleteFrom('attachment_parts').where('attachment_id', '=', attachmentId).execute()
  },
})

/** How many bytes each user has uploaded. */
const usageOf = (db: Kysely<Tables>) => ({
  usage: async (userId: string): Promise<number> => {
    const row = await db.selectFrom('attachment_usage').select('bytes').where('user_id', '=', userId).executeTakeFirst()
    return row?.bytes ?? 0
  },

  dropUsage: (userId: string) => db.deleteFrom('attachment_usage').where('user_id', '=', userId).execute(),

  /** Counts bytes, and says how many there are now. */
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

export const uploadStore = (db: Kysely<Tables>) => ({ ...partsOf(db), ...usageOf(db) })
