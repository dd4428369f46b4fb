import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BlobMissing, type BlobStore, isBlobKey, type StoredBlob } from './blob-store.ts'

/**
 * Opens a folder, which it makes if needed, as a store of blobs, spread over 256 folders so that none holds too many. A
 * file that is put is moved, so it must be on the same disk: make it in `workDir`. `read` of a missing key rejects with
 * BlobMissing; failures of the disk are passed on as they are, never as BlobsUnavailable. A key that is not as
 * `isBlobKey` demands is an Error, which `remove` throws at once.
 */
export async function openDiskBlobs(folder: string): Promise<BlobStore> {
  const workDir = join(folder, 'incoming')
  await mkdir(workDir, { recursive: true, mode: 0o700 })
  const folderOf = (key: string) => join(folder, key.slice(0, 2))
  const fileOf = (key: string) => {
    if (!isBlobKey(key)) throw new Error('This is not the key of a blob.')
    return join(folderOf(key), key)
  }
  return {
    workDir,

    put: async (key, file) => {
      const target = fileOf(key)
      await flush(file)
      await mkdir(dirname(target), { recursive: true, mode: 0o700 })
      await rename(file, target)
      // Without this the file may be there after a power failure, and its name not.
      await flush(dirname(target))
      await flush(folder)
    },

    read: async (key, range) => {
      const file = await open(fileOf(key)).catch(missing)
      return createReadStream('', { fd: file, ...range })
    },

    remove: (key) => rm(fileOf(key), { force: true }),

    list: async (after, most) => {
      const found: StoredBlob[] = []
      const folders = (await readdir(folder)).filter((name) => /^[0-9a-f]{2}$/.test(name) && name >= after.slice(0, 2))
      for (const name of folders.sort()) {
        const keys = (await readdir(join(folder, name))).filter((key) => isBlobKey(key) && key > after).sort()
        for (const key of keys) {
          if (found.length === most) return found
          const file = await stat(fileOf(key)).catch(() => undefined)
          if (file) found.push({ key, modifiedAt: file.mtimeMs })
        }
      }
      return found
    },
  }
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

function missing(error: NodeJS.ErrnoException): never {
  if (error.code === 'ENOENT') throw new BlobMissing('There is no such blob.')
  throw error
}
