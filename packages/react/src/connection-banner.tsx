import { useEffect, useState } from 'react'
import { useChat, useChatState } from './hooks/use-chat.ts'
import { useConnection } from './hooks/use-connection.ts'
import { useTexts } from './texts/use-texts.ts'
import { Button } from './ui/button.tsx'
import { Icon } from './ui/icon.tsx'

/** Says that the connection is gone, once it has been for 3 s. What is written meanwhile is sent afterwards. */
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

/** Milliseconds for which the button shows that it did something: most tries fail sooner than an eye follows. */
const shownMs = 1_000

/** Does not wait for the next try by itself. */
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
    // What goes wrong is in the state, and here above.
    chat.connect().catch(() => undefined)
  }
  return (
    <Button look="quiet" isBusy={isTrying} onClick={tryNow}>
      {texts.tryNow}
    </Button>
  )
}
