import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'

/**
 * The path of the mark: a file beside the database that holds the length of SQLite's log at the last acknowledged
 * commit. If the log is shorter after a crash, it was cut, and acknowledged commits are lost (ADR 31).
 */
export const markFileOf = (file: string): string => `${file}-mark`

/** The length of the mark. It is constant, so that a mark is overwritten in place and complete at any time. */
export const markBytes = 16

/** Is the log shorter than its mark? Call this before SQLite opens the file. False without a mark. */
export function isLogCut(file: string): boolean {
  const mark = markFileOf(file)
  if (!existsSync(mark)) return false
  const size = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0
  return size < Number(readFileSync(mark, 'utf8'))
}

/** Removes the mark, if there is one. Call this once the database is closed, when there is no log any more. */
export const removeMark = (file: string): void => rmSync(markFileOf(file), { force: true })
