import { useChatState } from './hooks/use-chat.ts'
import { useConnection } from './hooks/use-connection.ts'
import { useTexts } from './texts/use-texts.ts'
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
        </p>
      )}
    </div>
  )
}
