import type { User } from '@parley/protocol'
import { useAction } from '../../hooks/use-action.ts'
import { useChat } from '../../hooks/use-chat.ts'
import { errorText } from '../../texts/error-text.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Problem } from '../../ui/notice.tsx'
import { PeopleSearch } from '../../users/people-search.tsx'

interface DirectDialogProps {
  onClose: () => void
  onOpen: (conversationId: string) => void
}

/** Finds a person and opens the direct conversation with them. */
export function DirectDialog({ onClose, onOpen }: DirectDialogProps) {
  const chat = useChat()
  const open = useAction(async (user: User) => onOpen((await chat.conversations.openDirect({ userId: user.id })).id))
  return (
    <Dialog title="Write to somebody" onClose={onClose}>
      <PeopleSearch label="Find a person">
        {(user) => (
          <Button disabled={open.isRunning} aria-label={`Write to ${user.displayName}`} onClick={() => open.run(user)}>
            Write
          </Button>
        )}
      </PeopleSearch>
      <Problem>{errorText(open.error)}</Problem>
    </Dialog>
  )
}
