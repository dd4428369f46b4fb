import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'

/**
 * The file beside the database that says how long SQLite's log was when what is in it was acknowledged. The log grows or stays
 * as it is: one that is shorter after a crash was cut, and with it went what people were told is done (ADR 31).
 */
export const markOf = (file: string): string => `${file}-mark`

/** Written in place, so that it is whole at any time. */
export const markBytes = 16

/** Is something of the log gone? To be asked before SQLite opens the file. */
export function isLogCut(file: string): boolean {
  const mark = markOf(file)
  if (!existsSync(mark)) return false
  const size = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0
  return size < Number(readFileSync(mark, 'utf8'))
}

/** Once the database is closed there is no log that could be cut. */
export const removeMark = (file: string): void => rmSync(markOf(file), { force: true })
