import type { Attachment } from '@parley/protocol'
import { type Kysely, type Selectable, sql } from 'kysely'
import { hotStatement } from '../../storage/hot-statement.ts'
import { holdRows, isAmong, isInList, listOf } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'
import type { AttachmentsTable } from './attachment-table.ts'

export type AttachmentRow = Selectable<AttachmentsTable>

export const toAttachment = (row: AttachmentRow): Attachment => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  mime: row.mime,
  size: row.size,
  width: row.width,
  height: row.height,
  durationMs: row.duration_ms,
  peaks: row.peaks === null ? null : (JSON.parse(row.peaks) as number[]),
  thumbhash: row.thumbhash,
  state: row.state,
})

// Every page that shows an attachment asks this.
const shown = hotStatement<{ ids: unknown }, AttachmentRow>((db, { ids }) =>
  db.selectFrom('attachments').selectAll().where(isInList(db, 'id', ids)).where('message_id', 'is not', null),
)

const hold = holdRows('attachments')

const attachmentsOf = (db: Kysely<Tables>) => ({
  byId: (id: string): Promise<AttachmentRow | undefined> =>
    db.selectFrom('attachments').selectAll().where('id', '=', id).executeTakeFirst(),

  byIds: (ids: readonly string[]): Promise<AttachmentRow[]> =>
    db.selectFrom('attachments').selectAll().where(isAmong(db, 'id', ids)).execute(),

  /** Locks the rows for the rest of the transaction, so that of two nodes one decides after the other. */
  hold: (ids: readonly string[]) => hold(db, ids),

  insert: (row: AttachmentRow) => db.insertInto('attachments').values(row).execute(),

  update: (id: string, changed: Partial<AttachmentRow>) =>
    db.updateTable('attachments').set(changed).where('id', '=', id).execute(),

  /** Those of messages, by these ids. */
  shown: (ids: readonly string[]): Promise<AttachmentRow[]> =>
    ids.length === 0 ? Promise.resolve([]) : shown(db, { ids: listOf(db, ids) }),

  ofMessage: (messageId: string): Promise<AttachmentRow[]> =>
    db.selectFrom('attachments').selectAll().where('message_id', '=', messageId).execute(),

  /** Those of a user that no message has, the latest first. */
  unboundOf: (ownerId: string, limit: number): Promise<AttachmentRow[]> =>
    db
      .selectFrom('attachments')
      .selectAll()
      .where('owner_id', '=', ownerId)
      .where('message_id', 'is', null)
      .orderBy('created_at', 'desc')
      .limit(limit)
      .execute(),

  /** Those that no message took and that were made before a time. */
  abandoned: (before: number, limit: number): Promise<AttachmentRow[]> =>
    db
      .selectFrom('attachments')
      .selectAll()
      .where('message_id', 'is', null)
      .where('created_at', '<', before)
      .orderBy('created_at')
      .limit(limit)
      .execute(),

  /** Removes rows with what they count; their blobs go after the commit. What another node removed counts once. */
  drop: async (ids: readonly string[]): Promise<void> => {
    if (ids.length === 0) return
    const rows = await db.deleteFrom('attachments').where(isAmong(db, 'id', ids)).returningAll().execute()
    const parts = await db
      .deleteFrom('attachment_parts')
      .where(isAmong(db, 'attachment_id', ids))
      .returning('blob_key')
      .execute()
    await removalsOf(db).removeBlobs([
      ...rows.flatMap((row) => [row.blob_key, row.thumbnail_key]),
      ...parts.map((part) => part.blob_key),
    ])
    for (const row of rows) await usageOf(db).addUsage(row.owner_id, -row.size)
  },
})

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
    await removalsOf(db).removeBlobs(parts.map((part) => part.blob_key))
    await db.deleteFrom('attachment_parts').where('attachment_id', '=', attachmentId).execute()
  },
})

/** How many bytes each user has uploaded. */
const usageOf = (db: Kysely<Tables>) => ({
  usage: async (userId: string): Promise<number> => {
    const row = await db
      .selectFrom('attachment_usage')
      .select('bytes')
      .where('user_id', '=', userId)
      .executeTakeFirst()
    return row?.bytes ?? 0
  },

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

/** Blobs to be removed after the commit. */
const removalsOf = (db: Kysely<Tables>) => ({
  removeBlobs: async (keys: readonly string[]): Promise<void> => {
    if (keys.length === 0) return
    await db
      .insertInto('blob_removals')
      .values(keys.map((blob_key) => ({ blob_key })))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  },

  removals: async (limit: number): Promise<string[]> =>
    (await db.selectFrom('blob_removals').select('blob_key').limit(limit).execute()).map((row) => row.blob_key),

  removed: (keys: readonly string[]) => db.deleteFrom('blob_removals').where(isAmong(db, 'blob_key', keys)).execute(),

  /** Which of these blobs some row needs. */
  needed: async (keys: readonly string[]): Promise<Set<string>> => {
    const found = await Promise.all([
      db.selectFrom('attachments').select('blob_key as key').where(isAmong(db, 'blob_key', keys)).execute(),
      db.selectFrom('attachments').select('thumbnail_key as key').where(isAmong(db, 'thumbnail_key', keys)).execute(),
      db.selectFrom('attachment_parts').select('blob_key as key').where(isAmong(db, 'blob_key', keys)).execute(),
    ])
    return new Set(found.flat().map((row) => row.key))
  },
})

export const attachmentStore = (db: Kysely<Tables>) => ({
  ...attachmentsOf(db),
  ...partsOf(db),
  ...usageOf(db),
  ...removalsOf(db),
})

declare module '../../storage/store.ts' {
  interface Store {
    attachments: ReturnType<typeof attachmentStore>
  }
}
