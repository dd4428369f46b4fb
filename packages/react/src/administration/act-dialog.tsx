import { type FormEvent, useId, useState } from 'react'
import { useDialogAction } from '../hooks/use-action.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { Problem } from '../ui/notice.tsx'
import { useAdministrationTexts } from './administration-texts.ts'

interface ActDialogProps {
  title: string
  consequence: string
  /** The text of the button that calls `act`. */
  confirm: string
  isDanger?: boolean
  /** Gets the reason for the log. The dialog closes when it resolves, and shows the error when it rejects. */
  act: (reason: string) => Promise<unknown>
  onClose: () => void
}

const longestReason = 500

/**
 * A dialog that asks for confirmation of an administrator's act, and for a reason of at most 500 characters, which may
 * be empty. It calls `act` with the trimmed reason, and `onClose` once, when that succeeded or the person cancels,
 * which does not stop an act that has begun. If `act` rejects, it stays open and shows the error.
 */
export function ActDialog({ title, consequence, confirm, isDanger, act, onClose }: ActDialogProps) {
  const { page } = useTexts()
  const texts = useAdministrationTexts()
  const form = useId()
  const [reason, setReason] = useState('')
  const doing = useDialogAction(() => act(reason.trim()), { onClose })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void doing.run()
  }
  return (
    <Dialog
      title={title}
      size="small"
      onClose={doing.cancel}
      actions={
        <>
          <Button onClick={doing.cancel}>{page.cancel}</Button>
          <Button look={isDanger ? 'danger' : 'primary'} type="submit" form={form} isBusy={doing.isRunning}>
            {confirm}
          </Button>
        </>
      }
    >
      <form id={form} className="parley-form" onSubmit={submit}>
        <p>{consequence}</p>
        <TextField
          label={texts.reason}
          hint={texts.reasonHint}
          data-dialog-entry
          autoComplete="off"
          maxLength={longestReason}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        <Problem error={doing.error} />
      </form>
    </Dialog>
  )
}
