import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'

interface SignOutDialogProps {
  /** The number of messages that are not sent yet. */
  unsent: number
  onSignOut: () => void
  onClose: () => void
}

/**
 * A dialog that asks for confirmation before a sign-out that would delete `unsent` messages from this device. It does
 * not sign out or close itself: its buttons call `onSignOut` or `onClose`.
 */
export function SignOutDialog({ unsent, onSignOut, onClose }: SignOutDialogProps) {
  const { page, sessions: texts } = useTexts()
  return (
    <Dialog
      title={texts.signOutTitle}
      size="small"
      onClose={onClose}
      actions={
        <>
          <Button data-dialog-entry onClick={onClose}>
            {page.cancel}
          </Button>
          <Button look="danger" onClick={onSignOut}>
            {texts.signOut}
          </Button>
        </>
      }
    >
      <p>{texts.signOutConsequence(unsent)}</p>
    </Dialog>
  )
}
