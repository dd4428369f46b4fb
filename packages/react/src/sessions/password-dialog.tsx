import { limits } from '@parley/protocol/limits'
import { type FormEvent, useId, useState } from 'react'
import { useAction } from '../hooks/use-action.ts'
import { useChat } from '../hooks/use-chat.ts'
import { errorText } from '../texts/error-text.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { Problem } from '../ui/notice.tsx'

interface PasswordDialogProps {
  onClose: () => void
}

/** Changes one's password, which ends all other sessions. */
export function PasswordDialog({ onClose }: PasswordDialogProps) {
  const chat = useChat()
  const form = useId()
  const [currentPassword, setCurrentPassword] = useState('')
  const [newPassword, setNewPassword] = useState('')
  const change = useAction(async () => {
    await chat.sessions.changePassword({ currentPassword, newPassword })
    onClose()
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void change.run()
  }
  return (
    <Dialog
      title="Change password"
      size="small"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={form} isBusy={change.isRunning}>
            Change password
          </Button>
        </>
      }
    >
      <form id={form} className="parley-form" onSubmit={submit}>
        <TextField
          label="Present password"
          data-dialog-entry
          type="password"
          required
          autoComplete="current-password"
          maxLength={limits.password.max}
          value={currentPassword}
          onChange={(event) => setCurrentPassword(event.target.value)}
        />
        <TextField
          label="New password"
          type="password"
          required
          autoComplete="new-password"
          minLength={limits.password.min}
          maxLength={limits.password.max}
          hint={`At least ${limits.password.min} characters. All your other devices are signed out.`}
          value={newPassword}
          onChange={(event) => setNewPassword(event.target.value)}
        />
        <Problem>{errorText(change.error)}</Problem>
      </form>
    </Dialog>
  )
}
