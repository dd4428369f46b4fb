import { type RefObject, useEffect, useRef, useState } from 'react'

export interface FileDropOptions {
  /** False refuses files. In both cases the browser does not leave the page to open them. */
  isOpen: boolean
  onFiles: (files: readonly File[]) => void
  /** The element that accepts files. Default: the whole window. */
  area?: RefObject<Element | null> | null
}

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false

/** The target of the event, also inside a shadow root, where `event.target` is only its host. */
const targetOf = (event: DragEvent) => event.composedPath()[0]

/** Elements below a modal dialog get no events, and those inside one accept no files. */
const isInDialog = (event: DragEvent) => {
  const target = targetOf(event)
  return target instanceof Element && target.closest('dialog') !== null
}

const isIn = (event: DragEvent, area: FileDropOptions['area']) =>
  !area || (area.current !== null && event.composedPath().includes(area.current))

/** Does the event carry files that no other handler accepted, inside the area? */
const isForUs = (event: DragEvent, area: FileDropOptions['area']) =>
  hasFiles(event) && !event.defaultPrevented && isIn(event, area)

/**
 * Passes files that are dropped on the area (default: the window) to `onFiles`. Returns true while files are dragged
 * over it, also if `isOpen` is false: then dropped files are discarded. Inside a `<dialog>` in the area it returns
 * false and discards them, too. It leaves to others what is dropped outside of the area, or was accepted by another
 * handler (`preventDefault`). The options need not be stable.
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
      // Without a related target the pointer left the window.
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

/**
 * While `isNeeded`, discards files that are dropped on the area (default: the window) and that no other handler
 * accepted, so that the browser does not leave the page to open them.
 */
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
