import type { Action } from '../../hooks/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Problem } from '../../ui/notice.tsx'

interface FormEndProps {
  action: Pick<Action<[]>, 'isRunning' | 'error'>
  /** The text of the button. */
  label: string
  isDisabled?: boolean
  /** Says that the action succeeded; null if it did not yet. */
  done: string | null
}

/**
 * The end of a form that stays after it was submitted: the error of `action`, the button that submits, and beside it
 * `done`, which screen readers announce. It does not run the action.
 */
export function FormEnd({ action, label, isDisabled = false, done }: FormEndProps) {
  return (
    <>
      <Problem error={action.error} />
      <div className="parley-form__end">
        <Button look="primary" type="submit" disabled={isDisabled} isBusy={action.isRunning}>
          {label}
        </Button>
        <p className="parley-form__done" role="status">
          {done !== null && (
            <>
              <Icon name="check" /> {done}
            </>
          )}
        </p>
      </div>
    </>
  )
}
