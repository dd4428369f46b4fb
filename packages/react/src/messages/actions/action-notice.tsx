import { useEffect, useRef } from 'react'
import { useTexts } from '../../texts/use-texts.ts'
import { Icon } from '../../ui/icon.tsx'
import type { Sentence } from '../message-extension.ts'

/** Milliseconds for which it stands there. */
const stay = 3_000

interface ActionNoticeProps {
  /** What was done; nothing is drawn without it. */
  notice: Sentence | null
  onDismiss: () => void
}

/** Says over the top of the list what was done with a message, where nothing else shows it, and goes by itself. */
export function ActionNotice({ notice, onDismiss }: ActionNoticeProps) {
  const texts = useTexts()
  const dismiss = useRef(onDismiss)
  dismiss.current = onDismiss
  useEffect(() => {
    if (notice === null) return
    const timer = setTimeout(() => dismiss.current(), stay)
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
