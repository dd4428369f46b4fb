import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'

interface SignOutDialogProps {
  /** How many messages wait to be sent. */
  unsent: number
  onSignOut: () => void
  onClose: () => void
}

/** Asks before somebody signs out whose messages are not all sent: signing out deletes them from this device. */
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
