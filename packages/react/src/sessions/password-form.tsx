import { limits } from '@parley/protocol/limits'
import { type FormEvent, useState } from 'react'
import { useAction } from '../hooks/use-action.ts'
import { useChat } from '../hooks/use-chat.ts'
import { useTexts } from '../texts/use-texts.ts'
import { FormEnd } from '../users/settings/form-end.tsx'
import { PasswordField } from './password-field.tsx'

const emptyFields = { currentPassword: '', newPassword: '' }

/**
 * A form that changes the own password, which ends all other sessions. The browser checks that both fields are filled
 * and the new password is long enough. After success it is empty and says so, until the next change; it shows errors
 * itself.
 */
export function PasswordForm() {
  const chat = useChat()
  const texts = useTexts().sessions
  const [fields, setFields] = useState(emptyFields)
  const [isChanged, setIsChanged] = useState(false)
  const change = useAction(() => chat.sessions.changePassword(fields))
  const type = (typed: Partial<typeof emptyFields>) => {
    setFields({ ...fields, ...typed })
    setIsChanged(false)
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!(await change.run())) return
    setFields(emptyFields)
    setIsChanged(true)
  }
  return (
    <form className="parley-form" onSubmit={submit}>
      <PasswordField
        label={texts.presentPassword}
        required
        autoComplete="current-password"
        maxLength={limits.password.max}
        value={fields.currentPassword}
        onChange={(event) => type({ currentPassword: event.target.value })}
      />
      <PasswordField
        label={texts.newPassword}
        required
        autoComplete="new-password"
        minLength={limits.password.min}
        maxLength={limits.password.max}
        hint={texts.newPasswordHint(limits.password.min)}
        value={fields.newPassword}
        onChange={(event) => type({ newPassword: event.target.value })}
      />
      <FormEnd action={change} label={texts.changePassword} done={isChanged ? texts.passwordChanged : null} />
    </form>
  )
}
