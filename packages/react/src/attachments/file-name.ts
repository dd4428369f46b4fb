import { cleanFileName } from '@parley/protocol/features/attachment-rules'

export interface FileNameParts {
  /** Is shortened if there is little room. */
  start: string
  /** The last letters before the extension, and the extension: always visible. */
  end: string
  /** Without the dot; '' if the name has none. */
  extension: string
}

/** So many letters before the extension stay visible, so that "Report (2).pdf" and "Report (3).pdf" differ. */
const lettersBeforeExtension = 4

/**
 * Cleans a name (see `cleanFileName`) and divides it: `start` + `end` is the whole cleaned name, and `end` begins four
 * letters before the extension, or before the end without one. `extension` is without its dot, and '' if there is none:
 * it has at most eight letters, and a dot at the start begins none. Cleaning removes direction marks, with which
 * "photo_gpj.exe" could look like "photo_exe.jpg".
 */
export function fileNameParts(given: string): FileNameParts {
  const letters = [...cleanFileName(given)]
  const dot = letters.lastIndexOf('.')
  const hasExtension = dot > 0 && letters.length - dot <= 9
  const cut = Math.max(0, (hasExtension ? dot : letters.length) - lettersBeforeExtension)
  return {
    start: letters.slice(0, cut).join(''),
    end: letters.slice(cut).join(''),
    extension: hasExtension ? letters.slice(dot + 1).join('') : '',
  }
}
