import { type RefObject, useLayoutEffect, useRef } from 'react'

/** A field of something else keeps what is pasted into it. */
const isForeignField = (target: EventTarget | undefined, within: string) =>
  target instanceof Element &&
  target.closest('input, textarea, select, [contenteditable]') !== null &&
  target.closest(within) === null

export interface FilePasteOptions {
  /** A selector of what stands around the fields that take files. */
  within: string
  onFiles: (files: readonly File[]) => void
  /** Only what is pasted inside of this element; outside of any field, too, if left out. */
  area?: RefObject<Element | null> | null
}

/**
 * Takes files and pictures that are pasted, into the fields of `within` or outside of any field. What comes with a
 * text, as cells of a table come with a picture of them, stays a text.
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
