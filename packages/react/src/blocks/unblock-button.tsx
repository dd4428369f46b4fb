import type { User } from '@parley/protocol'
import { useAction } from '../hooks/use-action.ts'
import { useChat } from '../hooks/use-chat.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { Problem } from '../ui/notice.tsx'

/**
 * The button that lifts the block of a person at once, without a confirmation. It shows its error below itself, and
 * stays when it succeeded: the parent must check `useIsBlocked`.
 */
export function UnblockButton({ user }: { user: User }) {
  const chat = useChat()
  const texts = useTexts().blocks
  const lift = useAction(() => chat.blocks.remove(user.id))
  return (
    <>
      <Button isBusy={lift.isRunning} aria-label={texts.unblockOf(user.displayName)} onClick={() => lift.run()}>
        {texts.unblock}
      </Button>
      <Problem error={lift.error} />
    </>
  )
}
