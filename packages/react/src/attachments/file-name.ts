import { cleanFileName } from '@parley/protocol/features/attachment-rules'

export interface FileNameParts {
  /** May be cut short where there is little room. */
  start: string
  /** What opens it, and the last letters before that: always in sight. */
  end: string
  /** Without the dot; empty where the name has none. */
  ending: string
}

/** So many letters before the ending stay in sight, so that "Report (2).pdf" and "Report (3).pdf" differ. */
const kept = 4

/** A name in two parts, cleaned of what turns its direction: "photo_gpj.exe" is never shown as "photo_exe.jpg". */
export function fileNameParts(given: string): FileNameParts {
  const letters = [...cleanFileName(given)]
  const dot = letters.lastIndexOf('.')
  const hasEnding = dot > 0 && letters.length - dot <= 9
  const cut = Math.max(0, (hasEnding ? dot : letters.length) - kept)
  return {
    start: letters.slice(0, cut).join(''),
    end: letters.slice(cut).join(''),
    ending: hasEnding ? letters.slice(dot + 1).join('') : '',
  }
}
