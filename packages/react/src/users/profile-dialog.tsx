import { limits } from '@parley/protocol/limits'
import { type FormEvent, useId, useState } from 'react'
import { useDialogAction } from '../hooks/use-action.ts'
import { useChat } from '../hooks/use-chat.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { Problem } from '../ui/notice.tsx'
import { useMe } from './use-users.ts'

interface ProfileDialogProps {
  onClose: () => void
}

/**
 * A dialog that changes the own display name, without spaces around it; the save button is disabled while it is blank.
 * Calls `onClose` after success or if the person cancels, which does not stop a change that has begun; after a failure
 * it shows the error and stays open.
 */
export function ProfileDialog({ onClose }: ProfileDialogProps) {
  const chat = useChat()
  const me = useMe()
  const { page, users: texts } = useTexts()
  const form = useId()
  const [displayName, setDisplayName] = useState(me?.displayName ?? '')
  const save = useDialogAction(() => chat.users.update({ displayName: displayName.trim() }), { onClose })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void save.run()
  }
  return (
    <Dialog
      title={texts.yourProfile}
      size="small"
      onClose={save.cancel}
      actions={
        <>
          <Button onClick={save.cancel}>{page.cancel}</Button>
          <Button look="primary" type="submit" form={form} disabled={displayName.trim() === ''} isBusy={save.isRunning}>
            {page.save}
          </Button>
        </>
      }
    >
      <form id={form} className="parley-form" onSubmit={submit}>
        <TextField
          label={texts.displayName}
          data-dialog-entry
          hint={texts.usernameStays(me?.username ?? '')}
          required
          maxLength={limits.name}
          autoComplete="name"
          value={displayName}
          onChange={(event) => setDisplayName(event.target.value)}
        />
        <Problem error={save.error} />
      </form>
    </Dialog>
  )
}
