import type { Input } from '@parley/protocol'
import { changeTable, openDatabase, readTable, resultOf } from '../indexed-db.ts'

/** An upload as it is stored, to continue after a reload. */
export interface StoredUpload {
  input: Input<'attachment.create'>
  file: Blob
  /** Milliseconds since 1970. */
  begunAt: number
  /** The id of its user; left out if that was not known yet, and by older versions. */
  owner?: string
}

/** Stores the files of uploads over a reload. If that fails, messages that wait for them fail after the reload. */
export interface UploadStorage {
  put(upload: StoredUpload): Promise<void>
  get(id: string): Promise<StoredUpload | undefined>
  remove(id: string): Promise<void>
  /** Deletes the uploads of a user, and those whose user is not known. */
  clear(owner: string): Promise<void>
}

const table = 'uploads'

/** Older uploads are deleted, because the server has deleted its part of them days before. */
const longestMs = 7 * 24 * 60 * 60_000

/**
 * Opens the storage of uploads: IndexedDB, which all tabs and all users of the server at `api` share, without it
 * memory. Deletes uploads in IndexedDB that began more than 7 days before `now()`, once. Never throws; the methods
 * reject if the database fails. `get` resolves with undefined for an unknown id; `clear` deletes the uploads of a user
 * and those of an unknown one.
 */
export function uploadStorage(api: string, now: () => number): UploadStorage {
  return typeof indexedDB === 'undefined' ? memoryUploads() : indexedDbUploads(api, now)
}

/** Is it an upload of this user? True also if its user is not known. */
export const belongsTo = ({ owner }: StoredUpload, userId: string | undefined): boolean =>
  owner === undefined || owner === userId

function memoryUploads(): UploadStorage {
  const uploads = new Map<string, StoredUpload>()
  return {
    put: async (upload) => void uploads.set(upload.input.id, upload),
    get: async (id) => uploads.get(id),
    remove: async (id) => void uploads.delete(id),
    async clear(owner) {
      for (const [id, upload] of uploads) if (belongsTo(upload, owner)) uploads.delete(id)
    },
  }
}

/** Deletes the uploads of which this is true. */
const removeAll = (database: IDBDatabase, isMeant: (upload: StoredUpload) => boolean): Promise<unknown> =>
  changeTable(database, table, async (rows) => {
    const uploads = await resultOf<StoredUpload[]>(rows.getAll())
    return Promise.all(uploads.filter(isMeant).map(({ input }) => resultOf(rows.delete(input.id))))
  })

function indexedDbUploads(api: string, now: () => number): UploadStorage {
  const opening = (async () => {
    const database = await openDatabase(
      `parley-uploads ${api}`,
      (fresh) => void fresh.createObjectStore(table, { keyPath: 'input.id' }),
    )
    await removeAll(database, ({ begunAt }) => now() - begunAt > longestMs)
    return database
  })()
  opening.catch(() => {})
  const change = async (request: (rows: IDBObjectStore) => IDBRequest) => {
    await changeTable(await opening, table, (rows) => resultOf(request(rows)))
  }
  return {
    put: (upload) => change((rows) => rows.put(upload)),
    get: async (id) => readTable<StoredUpload | undefined>(await opening, table, (rows) => rows.get(id)),
    remove: (id) => change((rows) => rows.delete(id)),
    clear: async (owner) => void (await removeAll(await opening, (upload) => belongsTo(upload, owner))),
  }
}
