import { useEffect, useRef } from 'react'

/** A field of something else keeps what is pasted into it. */
const isForeignField = (target: EventTarget | null, within: string) =>
  target instanceof Element &&
  target.closest('input, textarea, select, [contenteditable]') !== null &&
  target.closest(within) === null

/**
 * Takes files and pictures that are pasted, into the fields of `within` or outside of any field. What comes with a
 * text, as cells of a table come with a picture of them, stays a text.
 *
 * @example useFilePaste('.my-composer', (files) => upload(files))
 */
export function useFilePaste(within: string, onFiles: (files: readonly File[]) => void): void {
  const latest = useRef(onFiles)
  latest.current = onFiles
  useEffect(() => {
    const pasted = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])]
      const isText = event.clipboardData?.types.includes('text/plain') ?? false
      if (files.length === 0 || isText || event.defaultPrevented || isForeignField(event.target, within)) return
      event.preventDefault()
      latest.current(files)
    }
    addEventListener('paste', pasted)
    return () => removeEventListener('paste', pasted)
  }, [within])
}
