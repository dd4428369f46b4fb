import { useEffect, useRef, useState } from 'react'
import { useErrorText, useTexts } from '../../texts/use-texts.ts'
import type { ShownAttachment } from '../shown-attachment.ts'
import type { SetAside } from './set-aside.ts'

interface UploadAnnouncerProps {
  items: readonly ShownAttachment[]
  setAside: readonly SetAside[]
}

/**
 * Announces to screen readers which uploads have ended, and which failed and why, each once, or once more if it fails
 * again after a retry; at the mount also those that have ended already. Shows nothing.
 */
export function UploadAnnouncer({ items, setAside }: UploadAnnouncerProps) {
  const texts = useTexts().attachments
  const errorText = useErrorText()
  const [announcement, setAnnouncement] = useState({ text: '', count: 0 })
  const announced = useRef<ReadonlySet<string>>(new Set())
  useEffect(() => {
    const ended = items.filter(({ upload }) => upload === null)
    const fresh = (entry: { id: string }) => !announced.current.has(entry.id)
    const sentences = [
      ...ended.filter(fresh).map(({ name }) => texts.uploaded(name)),
      ...setAside.filter(fresh).map(({ name, problem }) => `${texts.notUploaded(name)} ${errorText(problem) ?? ''}`),
    ]
    announced.current = new Set([...ended, ...setAside].map(({ id }) => id))
    if (sentences.length === 0) return
    setAnnouncement(({ count }) => ({ text: sentences.join(' '), count: count + 1 }))
  }, [items, setAside, texts, errorText])
  return (
    <div className="parley-visually-hidden" aria-live="polite">
      {/* A new element, because a text that stays the same is not announced. */}
      <span key={announcement.count}>{announcement.text}</span>
    </div>
  )
}
