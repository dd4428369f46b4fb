import type { User } from '@parley/protocol'
import { useDialogAction } from '../../hooks/use-action.ts'
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
 * `onOpen`, which must close the dialog. If opening fails, the dialog shows the error. Closing it calls only `onClose`,
 * also if the conversation is being opened.
 */
export function DirectDialog({ onClose, onOpen }: DirectDialogProps) {
  const chat = useChat()
  const texts = useTexts().conversations
  const open = useDialogAction((user: User) => chat.conversations.openDirect({ userId: user.id }), {
    onClose,
    onDone: ({ id }) => onOpen(id),
  })
  return (
    <Dialog title={texts.writeToSomebody} onClose={open.cancel}>
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
