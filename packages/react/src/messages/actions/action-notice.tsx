import { useEffect, useRef } from 'react'
import { useTexts } from '../../texts/use-texts.ts'
import { Icon } from '../../ui/icon.tsx'
import type { Sentence } from '../message-extension.ts'

/** Milliseconds for which it is shown. */
const shownMs = 3_000

interface ActionNoticeProps {
  /** What was done; null hides it. */
  notice: Sentence | null
  onDismiss: () => void
}

/**
 * Shows the sentence of `notice`, which confirms an action such as a copy, at the top of the list, and announces it to
 * screen readers; only the empty live region while it is null. It does not hide itself: it calls `onDismiss` once,
 * three seconds after it got the `notice`, and the parent then sets it to null. Another function as `notice` restarts
 * the time.
 */
export function ActionNotice({ notice, onDismiss }: ActionNoticeProps) {
  const texts = useTexts()
  const dismiss = useRef(onDismiss)
  dismiss.current = onDismiss
  useEffect(() => {
    if (notice === null) return
    const timer = setTimeout(() => dismiss.current(), shownMs)
    return () => clearTimeout(timer)
  }, [notice])
  return (
    <div className="parley-action-problem" role="status">
      {notice && (
        <p className="parley-action-problem__text parley-action-problem__text--done">
          <Icon name="check" />
          <span>{notice(texts)}</span>
        </p>
      )}
    </div>
  )
}
