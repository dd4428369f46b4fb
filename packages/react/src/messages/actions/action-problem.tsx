import { useEffect, useRef } from 'react'
import { useErrorText, useTexts } from '../../texts/use-texts.ts'
import { IconButton } from '../../ui/button.tsx'

/** Milliseconds for which it stands there: enough to read a sentence twice. */
const stay = 10_000

interface ActionProblemProps {
  /** What failed; nothing is drawn without it. */
  error: unknown
  onDismiss: () => void
}

/** Says over the top of the list, away from where one presses, what could not be done with a message, and goes by itself. */
export function ActionProblem({ error, onDismiss }: ActionProblemProps) {
  const texts = useTexts().page
  const text = useErrorText()(error)
  const dismiss = useRef(onDismiss)
  dismiss.current = onDismiss
  useEffect(() => {
    if (error === null) return
    const timer = setTimeout(() => dismiss.current(), stay)
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
