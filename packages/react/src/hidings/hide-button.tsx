import { useAction } from '../hooks/use-action.ts'
import { useChat } from '../hooks/use-chat.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { Problem } from '../ui/notice.tsx'

interface HideButtonProps {
  conversationId: string
  /** Called after the conversation was hidden, so that the page can close it. */
  onHidden: () => void
}

/** The button that hides a direct conversation until its next message. */
export function HideButton({ conversationId, onHidden }: HideButtonProps) {
  const chat = useChat()
  const texts = useTexts().conversations
  const hide = useAction(async () => {
    await chat.hidings.set(conversationId)
    onHidden()
  })
  return (
    <>
      <Button onClick={hide.run}>{texts.hide}</Button>
      <Problem error={hide.error} />
    </>
  )
}
