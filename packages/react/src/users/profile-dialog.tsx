import { limits } from '@parley/protocol/limits'
import { type FormEvent, useId, useState } from 'react'
import { useAction } from '../hooks/use-action.ts'
import { useChat } from '../hooks/use-chat.ts'
import { errorText } from '../texts/error-text.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { Problem } from '../ui/notice.tsx'
import { useMe } from './use-users.ts'

interface ProfileDialogProps {
  onClose: () => void
}

/** Changes one's display name. */
export function ProfileDialog({ onClose }: ProfileDialogProps) {
  const chat = useChat()
  const me = useMe()
  const form = useId()
  const [displayName, setDisplayName] = useState(me?.displayName ?? '')
  const save = useAction(async () => {
    await chat.users.update({ displayName: displayName.trim() })
    onClose()
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void save.run()
  }
  return (
    <Dialog
      title="Your profile"
      size="small"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={form} disabled={displayName.trim() === ''} isBusy={save.isRunning}>
            Save
          </Button>
        </>
      }
    >
      <form id={form} className="parley-form" onSubmit={submit}>
        <TextField
          label="Display name"
          data-dialog-entry
          hint={`Your user name stays @${me?.username ?? ''}.`}
          required
          maxLength={limits.name}
          autoComplete="name"
          value={displayName}
          onChange={(event) => setDisplayName(event.target.value)}
        />
        <Problem>{errorText(save.error)}</Problem>
      </form>
    </Dialog>
  )
}
