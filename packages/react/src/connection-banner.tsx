import { useEffect, useState } from 'react'
import { useChat, useChatState } from './hooks/use-chat.ts'
import { useConnection } from './hooks/use-connection.ts'
import { useTexts } from './texts/use-texts.ts'
import { Button } from './ui/button.tsx'
import { Icon } from './ui/icon.tsx'

/**
 * A banner that says that there is no connection. It appears after three seconds in the status `offline` or
 * `connecting`, with a button that tries at once and shows no error itself; in the status `closed` it appears at once,
 * with the reason and without the button. Otherwise, also before `connect`, only its empty live region is there.
 */
export function ConnectionBanner() {
  const { status, isInterrupted } = useConnection()
  const problem = useChatState((state) => state.problem)
  const texts = useTexts().page
  const text = status === 'closed' ? texts.connectionEnded(problem?.message ?? '') : texts.offline
  return (
    <div role="status" className="parley-banner-place">
      {isInterrupted && (
        <p className="parley-banner">
          <Icon name="warning" />
          <span>{text}</span>
          {status !== 'closed' && <TryNow />}
        </p>
      )}
    </div>
  )
}

/** Milliseconds for which the button looks busy, because most tries fail too fast for a person to see it. */
const shownMs = 1_000

/** The button that tries to connect now, before the next automatic try. */
function TryNow() {
  const chat = useChat()
  const texts = useTexts().page
  const [isTrying, setIsTrying] = useState(false)
  useEffect(() => {
    if (!isTrying) return
    const timer = setTimeout(() => setIsTrying(false), shownMs)
    return () => clearTimeout(timer)
  }, [isTrying])
  const tryNow = () => {
    setIsTrying(true)
    // The state has the failure, and the banner shows it.
    chat.connect().catch(() => undefined)
  }
  return (
    <Button look="quiet" isBusy={isTrying} onClick={tryNow}>
      {texts.tryNow}
    </Button>
  )
}
