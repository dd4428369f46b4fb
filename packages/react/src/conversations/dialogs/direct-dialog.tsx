import type { User } from '@parley/protocol'
import { useAction } from '../../hooks/use-action.ts'
import { useChat } from '../../hooks/use-chat.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Problem } from '../../ui/notice.tsx'
import { PeopleSearch } from '../../users/people-search.tsx'

interface DirectDialogProps {
  onClose: () => void
  onOpen: (conversationId: string) => void
}

/**
 * A dialog that finds a person (also oneself), opens or makes the direct conversation with them, and gives its id to
 * `onOpen`, which must close the dialog. If opening fails, the dialog shows the error.
 */
export function DirectDialog({ onClose, onOpen }: DirectDialogProps) {
  const chat = useChat()
  const texts = useTexts().conversations
  const open = useAction(async (user: User) => onOpen((await chat.conversations.openDirect({ userId: user.id })).id))
  return (
    <Dialog title={texts.writeToSomebody} onClose={onClose}>
      <PeopleSearch label={texts.findPerson}>
        {(user) => (
          <Button disabled={open.isRunning} aria-label={texts.writeTo(user.displayName)} onClick={() => open.run(user)}>
            {texts.write}
          </Button>
        )}
      </PeopleSearch>
      <Problem error={open.error} />
    </Dialog>
  )
}
