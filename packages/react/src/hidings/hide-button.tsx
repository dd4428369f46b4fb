import { useAction, useIsMounted } from '../hooks/use-action.ts'
import { useChat } from '../hooks/use-chat.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { Problem } from '../ui/notice.tsx'
import { hideIcon } from './hide-icon.ts'
import { useIsHidden } from './use-hidings.ts'

interface HideButtonProps {
  conversationId: string
  /** Called after the conversation was hidden, so that the page can close it; not if the button is gone by then. */
  onHidden: () => void
}

/**
 * The button that hides a direct conversation until its next message, and then calls `onHidden`, unless the button is
 * gone by then; if it is hidden, the button shows it again and does not call `onHidden`. It shows its error below
 * itself; a press while it runs does nothing. It does not check the kind of the conversation.
 */
export function HideButton({ conversationId, onHidden }: HideButtonProps) {
  const chat = useChat()
  const texts = useTexts().conversations
  const isHidden = useIsHidden(conversationId)
  const isMounted = useIsMounted()
  const change = useAction(async () => {
    if (isHidden) return void (await chat.hidings.remove(conversationId))
    await chat.hidings.set(conversationId)
    if (isMounted()) onHidden()
  })
  return (
    <>
      <Button icon={hideIcon} isBusy={change.isRunning} onClick={change.run}>
        {isHidden ? texts.unhide : texts.hide}
      </Button>
      <Problem error={change.error} />
    </>
  )
}
