import { useEffect, useRef, useState } from 'react'

export interface FileDropOptions {
  /** False refuses what is dropped; it never leads away from the page either way. */
  isOpen: boolean
  onFiles: (files: readonly File[]) => void
}

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false

/** What lies below a modal dialog hears of nothing, and what is in one has no use for files. */
const isInDialog = ({ target }: DragEvent) => target instanceof Element && target.closest('dialog') !== null

/**
 * Takes files that are dropped anywhere on the window. True while some are held over it.
 *
 * @example const isOver = useFileDrop({ isOpen: true, onFiles: (files) => upload(files) })
 */
export function useFileDrop({ isOpen, onFiles }: FileDropOptions): boolean {
  const [isOver, setIsOver] = useState(false)
  const latest = useRef({ isOpen, onFiles })
  latest.current = { isOpen, onFiles }
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!hasFiles(event) || event.defaultPrevented) return
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
      if (!hasFiles(event) || event.defaultPrevented) return
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

const refuse = (event: DragEvent) => {
  if (!hasFiles(event) || event.defaultPrevented) return
  event.preventDefault()
  if (event.type === 'dragover' && event.dataTransfer) event.dataTransfer.dropEffect = 'none'
}

/** Files that are dropped where nothing takes them do not lead away from the page. */
export function useFileDropGuard(isNeeded: boolean): void {
  useEffect(() => {
    if (!isNeeded) return
    addEventListener('dragover', refuse)
    addEventListener('drop', refuse)
    return () => {
      removeEventListener('dragover', refuse)
      removeEventListener('drop', refuse)
    }
  }, [isNeeded])
}
