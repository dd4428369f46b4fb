import { type RefObject, useEffect, useRef, useState } from 'react'

export interface FileDropOptions {
  /** False refuses what is dropped; it never leads away from the page either way. */
  isOpen: boolean
  onFiles: (files: readonly File[]) => void
  /** Only what is dropped inside of this element; anywhere on the window if left out. */
  area?: RefObject<Element | null> | null
}

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false

/** What the event is about: its target is hidden where it lies in a shadow root. */
const targetOf = (event: DragEvent) => event.composedPath()[0]

/** What lies below a modal dialog hears of nothing, and what is in one has no use for files. */
const isInDialog = (event: DragEvent) => {
  const target = targetOf(event)
  return target instanceof Element && target.closest('dialog') !== null
}

const isIn = (event: DragEvent, area: FileDropOptions['area']) =>
  !area || (area.current !== null && event.composedPath().includes(area.current))

/** Does the event carry files that nobody has taken, and belong to the area? */
const isForUs = (event: DragEvent, area: FileDropOptions['area']) =>
  hasFiles(event) && !event.defaultPrevented && isIn(event, area)

/**
 * Takes files that are dropped on an area, or anywhere on the window. True while some are held over it.
 *
 * @example const isOver = useFileDrop({ isOpen: true, onFiles: (files) => upload(files) })
 */
export function useFileDrop({ isOpen, onFiles, area }: FileDropOptions): boolean {
  const [isOver, setIsOver] = useState(false)
  const latest = useRef({ isOpen, onFiles, area })
  latest.current = { isOpen, onFiles, area }
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!isForUs(event, latest.current.area)) return setIsOver(false)
      event.preventDefault()
      const takes = latest.current.isOpen && !isInDialog(event)
      if (event.dataTransfer) event.dataTransfer.dropEffect = takes ? 'copy' : 'none'
      setIsOver(!isInDialog(event))
    }
    const left = (event: DragEvent) => {
      // Only from the window itself there is nowhere else to go.
      if (event.relatedTarget === null) setIsOver(false)
    }
    const dropped = (event: DragEvent) => {
      setIsOver(false)
      if (!isForUs(event, latest.current.area)) return
      event.preventDefault()
      const files = [...(event.dataTransfer?.files ?? [])]
      if (files.length > 0 && latest.current.isOpen && !isInDialog(event)) latest.current.onFiles(files)
    }
    const listeners = { dragenter: over, dragover: over, dragleave: left, drop: dropped }
    for (const [name, listener] of Object.entries(listeners)) addEventListener(name, listener as EventListener)
    return () => {
      for (const [name, listener] of Object.entries(listeners)) removeEventListener(name, listener as EventListener)
    }
  }, [])
  return isOver
}

/** Files that are dropped where nothing takes them do not lead away from the page. */
export function useFileDropGuard(isNeeded: boolean, area: FileDropOptions['area'] = null): void {
  useEffect(() => {
    if (!isNeeded) return
    const refuse = (event: DragEvent) => {
      if (!isForUs(event, area)) return
      event.preventDefault()
      if (event.type === 'dragover' && event.dataTransfer) event.dataTransfer.dropEffect = 'none'
    }
    addEventListener('dragover', refuse)
    addEventListener('drop', refuse)
    return () => {
      removeEventListener('dragover', refuse)
      removeEventListener('drop', refuse)
    }
  }, [isNeeded, area])
}
