import { type FileHandle, open } from 'node:fs/promises'
import { markFileOf } from './log-mark.ts'
import { syncOf } from './sqlite-connection.ts'

export interface OpenLog {
  /** Puts the log on the disk, and its size into the mark. */
  sync(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens SQLite's log, which must exist, and its mark, which it makes or empties; puts the log on the disk, and its size
 * into the mark. If it rejects, nothing stays open.
 */
export async function openLog(file: string): Promise<OpenLog> {
  const opened: FileHandle[] = []
  const close = async () => void (await Promise.all(opened.map((handle) => handle.close())))
  try {
    // The log stays one and the same file for as long as a connection is open.
    const log = await open(`${file}-wal`, 'r+')
    opened.push(log)
    const mark = await open(markFileOf(file), 'w', 0o600)
    opened.push(mark)
    const sync = syncOf(log, mark)
    await sync()
    return { sync, close }
  } catch (error) {
    await close()
    throw error
  }
}
