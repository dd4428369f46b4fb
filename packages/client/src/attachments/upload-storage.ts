import type { Input } from '@parley/protocol'
import { type DBSchema, openDB } from 'idb'

/** An upload as it waits for the next start of the program. */
export interface StoredUpload {
  input: Input<'attachment.create'>
  file: Blob
  /** Milliseconds since 1970. */
  begunAt: number
}

/** Where the files of uploads survive a reload. Where they cannot be kept, their messages fail after it. */
export interface UploadStorage {
  put(upload: StoredUpload): Promise<void>
  get(id: string): Promise<StoredUpload | undefined>
  remove(id: string): Promise<void>
  clear(): Promise<void>
}

interface Tables extends DBSchema {
  uploads: { key: string; value: StoredUpload }
}

/** The server has kept nothing of it for days. */
const longestMs = 7 * 24 * 60 * 60_000

/** In the browser, for all its tabs; elsewhere as long as the program runs. */
export function uploadStorage(api: string, now: () => number): UploadStorage {
  return typeof indexedDB === 'undefined' ? memoryUploads() : indexedDbUploads(api, now)
}

function memoryUploads(): UploadStorage {
  const uploads = new Map<string, StoredUpload>()
  return {
    put: async (upload) => void uploads.set(upload.input.id, upload),
    get: async (id) => uploads.get(id),
    remove: async (id) => void uploads.delete(id),
    clear: async () => uploads.clear(),
  }
}

function indexedDbUploads(api: string, now: () => number): UploadStorage {
  const opening = (async () => {
    const database = await openDB<Tables>(`parley-uploads ${api}`, 1, {
      upgrade: (fresh) => void fresh.createObjectStore('uploads', { keyPath: 'input.id' }),
    })
    for (const { input, begunAt } of await database.getAll('uploads')) {
      if (now() - begunAt > longestMs) await database.delete('uploads', input.id)
    }
    return database
  })()
  opening.catch(() => {})
  return {
    put: async (upload) => void (await (await opening).put('uploads', upload)),
    get: async (id) => (await opening).get('uploads', id),
    remove: async (id) => (await opening).delete('uploads', id),
    clear: async () => (await opening).clear('uploads'),
  }
}
