import type { Attachment } from '@parley/protocol'
import type { Kysely, Selectable } from 'kysely'
import { hotStatement } from '../../storage/hot-statement.ts'
import { holdRows, isAmong, isInList, listOf } from '../../storage/portable-sql.ts'
import type { Tables } from '../../storage/tables.ts'
import type { AttachmentsTable } from './attachment-table.ts'
import { blobRemovalStore } from './blob-removal-store.ts'
import { uploadStore } from './upload-store.ts'

export type AttachmentRow = Selectable<AttachmentsTable>

/** An attachment in the form of the protocol, without the keys of its blobs. */
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

// Each page with an attachment runs this, so it is compiled once.
const shown = hotStatement<{ ids: unknown }, AttachmentRow>((db, { ids }) =>
  db
    .selectFrom('attachments')
    .selectAll()
    .where(isInList(db, 'id', ids))
    .where('message_id', 'is not', null),
)

const hold = holdRows('attachments')

const readingOf = (db: Kysely<Tables>) => ({
  byId: (id: string): Promise<AttachmentRow | undefined> =>
    db.selectFrom('attachments').selectAll().where('id', '=', id).executeTakeFirst(),

  /** Those of these attachments that exist, in no order. */
  byIds: (ids: readonly string[]): Promise<AttachmentRow[]> =>
    db
      .selectFrom('attachments')
      .selectAll()
      .where(isAmong(db, 'id', ids))
      .execute(),

  /** Locks the rows until the commit. */
  hold: (ids: readonly string[]) => hold(db, ids),

  /** Those of these attachments that are in a message. */
  shown: (ids: readonly string[]): Promise<AttachmentRow[]> =>
    ids.length === 0 ? Promise.resolve([]) : shown(db, { ids: listOf(db, ids) }),

  /** A user's attachments that are in no message; those that got bytes last come first. */
  unboundOf: (ownerId: string, limit: number): Promise<AttachmentRow[]> =>
    db
      .selectFrom('attachments')
      .selectAll()
      .where('owner_id', '=', ownerId)
      .where('message_id', 'is', null)
      .orderBy('created_at', 'desc')
      .limit(limit)
      .execute(),

  /** Attachments that are in no message and got no bytes since a time, the oldest first. */
  abandoned: (before: number, limit: number): Promise<AttachmentRow[]> =>
    db
      .selectFrom('attachments')
      .selectAll()
      .where('message_id', 'is', null)
      .where('created_at', '<', before)
      .orderBy('created_at')
      .limit(limit)
      .execute(),
})

const changesOf = (db: Kysely<Tables>) => ({
  insert: (row: AttachmentRow) => db.insertInto('attachments').values(row).execute(),

  /** Assigns attachments to a message, without a check: see `assertUnbound` in `attachment-binding.ts`. */
  bind: async (ids: readonly string[], messageId: string, conversationId: string): Promise<void> => {
    await db
      .updateTable('attachments')
      .set({ message_id: messageId, conversation_id: conversationId })
      .where(isAmong(db, 'id', ids))
      .execute()
  },

  update: (id: string, changed: Partial<AttachmentRow>) =>
    db.updateTable('attachments').set(changed).where('id', '=', id).execute(),

  /**
   * Deletes attachments with their parts, in a message or not, and subtracts their bytes from the usage of their
   * owners. Their blobs are deleted after the commit (`removeBlobs` in `attachment-sweep.ts`).
   */
  drop: async (ids: readonly string[]): Promise<void> => {
    if (ids.length === 0) return
    const rows = await db
      .deleteFrom('attachments')
      .where(isAmong(db, 'id', ids))
      .returningAll()
      .execute()
    const parts = await db
      .deleteFrom('attachment_parts')
      .where(isAmong(db, 'attachment_id', ids))
      .returning('blob_key')
      .execute()
    await blobRemovalStore(db).removeBlobs([
      ...rows.flatMap((row) => [row.blob_key, row.thumbnail_key]),
      ...parts.map((part) => part.blob_key),
    ])
    for (const row of rows) await uploadStore(db).addUsage(row.owner_id, -row.size)
  },
})

/**
 * The rows of attachments, of the parts of uploads, and of blobs to be deleted, read and written in `db`. The
 * statements check no permission and touch no file.
 */
export const attachmentStore = (db: Kysely<Tables>) => ({
  ...readingOf(db),
  ...changesOf(db),
  ...uploadStore(db),
  ...blobRemovalStore(db),
})

declare module '../../storage/store.ts' {
  interface Store {
    attachments: ReturnType<typeof attachmentStore>
  }
}
