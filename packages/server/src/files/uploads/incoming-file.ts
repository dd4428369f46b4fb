import { randomUUID } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A temporary file that is being written. */
export interface IncomingFile {
  path: string
  /** The bytes that are written so far. */
  size: number
  /** Appends bytes; await each call before the next. */
  write(bytes: Uint8Array): Promise<void>
  /** Closes the file; does nothing if it is closed already. */
  close(): Promise<void>
  /** Closes the file, and deletes it unless it was moved. */
  discard(): Promise<void>
}

/**
 * Creates an empty file with a random name in the folder, which must exist, and opens it. The caller must call
 * `discard`, also after moving the file.
 */
export async function createIncomingFile(folder: string): Promise<IncomingFile> {
  const path = join(folder, randomUUID())
  const handle = await open(path, 'wx', 0o600)
  let isOpen = true
  const close = async () => {
    if (!isOpen) return
    isOpen = false
    await handle.close()
  }
  const file: IncomingFile = {
    path,
    size: 0,
    write: async (bytes) => {
      await handle.writeFile(bytes)
      file.size += bytes.length
    },
    close,
    discard: async () => {
      await close()
      await rm(path, { force: true })
    },
  }
  return file
}
