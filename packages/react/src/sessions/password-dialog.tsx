import { limits } from '@parley/protocol/limits'
import { type FormEvent, useId, useState } from 'react'
import { useDialogAction } from '../hooks/use-action.ts'
import { useChat } from '../hooks/use-chat.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Problem } from '../ui/notice.tsx'
import { PasswordField } from './password-field.tsx'

interface PasswordDialogProps {
  onClose: () => void
}

/**
 * A dialog that changes the own password, which ends all other sessions. The browser checks that both fields are filled
 * and the new password is long enough. Calls `onClose` after success or if the person cancels, which does not stop a
 * change that has begun; after a failure it shows the error and stays open.
 */
export function PasswordDialog({ onClose }: PasswordDialogProps) {
  const chat = useChat()
  const { page, sessions: texts } = useTexts()
  const form = useId()
  const [currentPassword, setCurrentPassword] = useState('')
  const [newPassword, setNewPassword] = useState('')
  const change = useDialogAction(() => chat.sessions.changePassword({ currentPassword, newPassword }), { onClose })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void change.run()
  }
  return (
    <Dialog
      title={texts.changePassword}
      size="small"
      onClose={change.cancel}
      actions={
        <>
          <Button onClick={change.cancel}>{page.cancel}</Button>
          <Button look="primary" type="submit" form={form} isBusy={change.isRunning}>
            {texts.changePassword}
          </Button>
        </>
      }
    >
      <form id={form} className="parley-form" onSubmit={submit}>
        <PasswordField
          label={texts.presentPassword}
          data-dialog-entry
          required
          autoComplete="current-password"
          maxLength={limits.password.max}
          value={currentPassword}
          onChange={(event) => setCurrentPassword(event.target.value)}
        />
        <PasswordField
          label={texts.newPassword}
          required
          autoComplete="new-password"
          minLength={limits.password.min}
          maxLength={limits.password.max}
          hint={texts.newPasswordHint(limits.password.min)}
          value={newPassword}
          onChange={(event) => setNewPassword(event.target.value)}
        />
        <Problem error={change.error} />
      </form>
    </Dialog>
  )
}
