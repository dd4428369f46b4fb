import { setPasswordByLink } from '@parley/client/administration'
import { limits } from '@parley/protocol/limits'
import { type FormEvent, useState } from 'react'
import { useAction } from '../hooks/use-action.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Problem } from '../ui/notice.tsx'
import { type AdministrationTexts, administrationTexts } from './administration-texts.ts'

interface PasswordLinkFormProps {
  /** The address of the server. */
  url: string
  /** The token from the link. */
  token: string
  /** Called when the person presses "Sign in" after the password is set. */
  onDone: () => void
  /** Texts that replace the English ones. */
  texts?: Partial<AdministrationTexts>
}

/**
 * The form for a password link that an administrator made: sends the new password with the token, which ends all
 * sessions of the person, then shows the user name and a button "Sign in", which calls `onDone`. It does not sign in.
 * It shows errors itself, also that the link is not valid any more. Another `token` begins anew. Needs no
 * `ChatProvider`, but `styles.css` and an element of class `parley` around it.
 *
 * @example <PasswordLinkForm url={location.origin} token={token} onDone={showSignIn} />
 */
export function PasswordLinkForm(props: PasswordLinkFormProps) {
  return <FormOfOneLink key={props.token} {...props} />
}

function FormOfOneLink({ url, token, onDone, texts }: PasswordLinkFormProps) {
  const words = { ...administrationTexts, ...texts }
  const [newPassword, setNewPassword] = useState('')
  const [username, setUsername] = useState<string | null>(null)
  const set = useAction(async () => setUsername(await setPasswordByLink({ url, token, newPassword })))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (username === null) void set.run()
    else onDone()
  }
  return (
    <form className="parley-form parley-sign-in" onSubmit={submit}>
      <h1 className="parley-sign-in__title">{words.setPassword}</h1>
      {username === null ? (
        <TextField
          label={words.newPassword}
          type="password"
          required
          autoComplete="new-password"
          minLength={limits.password.min}
          maxLength={limits.password.max}
          hint={words.newPasswordHint(limits.password.min)}
          value={newPassword}
          onChange={(event) => setNewPassword(event.target.value)}
        />
      ) : (
        <p role="status">{words.passwordIsSet(username)}</p>
      )}
      <Problem error={isOver(set.error) ? words.linkIsOver : set.error} />
      <Button look="primary" type="submit" isBusy={set.isRunning}>
        {username === null ? words.setPassword : words.toSignIn}
      </Button>
    </form>
  )
}

const isOver = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === 'not_found'
