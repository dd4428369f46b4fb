import { useEffect, useRef } from 'react'
import { useErrorText, useTexts } from '../../texts/use-texts.ts'
import { IconButton } from '../../ui/button.tsx'

/** Milliseconds for which it is shown: enough to read a sentence twice. */
const shownMs = 10_000

interface ActionProblemProps {
  /** The error; null hides it. */
  error: unknown
  onDismiss: () => void
}

/**
 * Shows the sentence of `error`, why an action on a message failed, at the top of the list, and announces it to screen
 * readers; only the empty live region while it is null. It does not hide itself: it calls `onDismiss` ten seconds after
 * it got the error, and when its close button is pressed, and the parent then sets `error` to null. Another error
 * restarts the time.
 */
export function ActionProblem({ error, onDismiss }: ActionProblemProps) {
  const texts = useTexts().page
  const text = useErrorText()(error)
  const dismiss = useRef(onDismiss)
  dismiss.current = onDismiss
  useEffect(() => {
    if (error === null) return
    const timer = setTimeout(() => dismiss.current(), shownMs)
    return () => clearTimeout(timer)
  }, [error])
  return (
    <div className="parley-action-problem" role="alert">
      {text && (
        <p className="parley-action-problem__text">
          <span>{text}</span>
          <IconButton label={texts.close} icon="close" onClick={onDismiss} />
        </p>
      )}
    </div>
  )
}
