import { type RefObject, useLayoutEffect, useRef } from 'react'

/** Is the target a field outside of `within`, which handles a paste itself? */
const isForeignField = (target: EventTarget | undefined, within: string) =>
  target instanceof Element &&
  target.closest('input, textarea, select, [contenteditable]') !== null &&
  target.closest(within) === null

export interface FilePasteOptions {
  /** A selector of the elements around the fields that accept files. */
  within: string
  onFiles: (files: readonly File[]) => void
  /** Ignores what is pasted outside of this element. Default: accepts files from the whole page. */
  area?: RefObject<Element | null> | null
}

/**
 * Passes pasted files and pictures to `onFiles`, if they are pasted into a field inside an element of the selector
 * `within`, or outside of any field. Leaves other pastes to the browser: into other fields, outside of `area`
 * (default: the page), a paste that another handler accepted, and one that also contains text, such as cells of a
 * table with a picture of them. `onFiles` need not be stable.
 *
 * @example useFilePaste({ within: '.my-composer', onFiles: (files) => upload(files) })
 */
export function useFilePaste({ within, onFiles, area = null }: FilePasteOptions): void {
  const latest = useRef(onFiles)
  latest.current = onFiles
  useLayoutEffect(() => {
    const pasted = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])]
      const isText = event.clipboardData?.types.includes('text/plain') ?? false
      if (files.length === 0 || isText || event.defaultPrevented) return
      const path = event.composedPath()
      if (isForeignField(path[0], within) || (area && !path.includes(area.current as Element))) return
      event.preventDefault()
      latest.current(files)
    }
    addEventListener('paste', pasted)
    return () => removeEventListener('paste', pasted)
  }, [within, area])
}
