import type { Sessions } from '@parley/client'
import { limits } from '@parley/protocol/limits'
import { type FormEvent, useRef, useState } from 'react'
import { useAction } from '../hooks/use-action.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Problem } from '../ui/notice.tsx'
import { PasswordField } from './password-field.tsx'
import { type SignInEntry, signInProblems } from './sign-in-problems.ts'

interface SignInFormProps {
  sessions: Sessions
  /**
   * True if the server has no account yet: the form begins with registration, and the account becomes administrator.
   */
  isFirst?: boolean
}

/**
 * The form that signs in or makes an account, for servers with their own accounts; a link changes between the two. It
 * shows errors itself, after the first submit what is wrong in a field, and a sentence if the server ended the last
 * session. `isFirst` is for a server without accounts: if it is true at the first render, the form begins with
 * registration, and says that this account becomes the administrator. Afterwards `sessions.current` is set; there is no
 * callback, so a parent that must render again then uses `useSignedIn`.
 *
 * @example {sessions.current ? <Chat /> : <SignInForm sessions={sessions} />}
 */
export function SignInForm({ sessions, isFirst = false }: SignInFormProps) {
  const texts = useTexts().sessions
  const form = useSignInForm(sessions, isFirst)
  const { isNew, enter, fieldProps } = form
  return (
    <form ref={form.ref} className="parley-form parley-sign-in" noValidate onSubmit={form.submit}>
      <h1 className="parley-sign-in__title">{titleOf(isNew, isFirst, texts)}</h1>
      {isFirst && isNew && <p className="parley-hint">{texts.firstAccountHint}</p>}
      {sessions.wasEnded && (
        <p role="status" className="parley-hint">
          {texts.endedElsewhere}
        </p>
      )}
      <UsernameField isNew={isNew} {...fieldProps('username')} />
      {isNew && <DisplayNameField {...fieldProps('displayName')} />}
      <PasswordField
        label={texts.password}
        name="password"
        required
        maxLength={limits.password.max}
        hint={isNew ? texts.passwordHint(limits.password.min) : undefined}
        autoComplete={isNew ? 'new-password' : 'current-password'}
        {...fieldProps('password')}
      />
      <Problem error={enter.error} />
      <Button look="primary" type="submit" isBusy={enter.isRunning}>
        {isNew ? texts.createAccount : texts.signIn}
      </Button>
      <p className="parley-sign-in__other">
        {isNew ? texts.hasAccount : texts.isNew}{' '}
        <button type="button" className="parley-link" onClick={form.change}>
          {isNew ? texts.signIn : texts.createAnAccount}
        </button>
      </p>
    </form>
  )
}

type SessionTexts = ReturnType<typeof useTexts>['sessions']

function titleOf(isNew: boolean, isFirst: boolean, texts: SessionTexts): string {
  if (!isNew) return texts.signIn
  return isFirst ? texts.createFirstAccount : texts.createYourAccount
}

type FieldName = 'username' | 'displayName' | 'password'

/** The state of the form: values, their problems after the first submit, and the actions that sign in or register. */
function useSignInForm(sessions: Sessions, isFirst: boolean) {
  const texts = useTexts().sessions
  const ref = useRef<HTMLFormElement>(null)
  const [isNew, setIsNew] = useState(isFirst)
  const [hasTried, setHasTried] = useState(false)
  const [values, setValues] = useState<Record<FieldName, string>>({ username: '', displayName: '', password: '' })
  const { displayName, password } = values
  const username = values.username.trim()
  // Two actions, because the error of one does not apply to the other.
  const signIn = useAction(() => sessions.signIn({ username, password }))
  const register = useAction(() =>
    sessions.register({ username, password, displayName: displayName.trim() || undefined }),
  )
  const enter = isNew ? register : signIn
  const entry: SignInEntry = { isNew, username, password }
  const problems = signInProblems(entry, texts)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setHasTried(true)
    const wrong = problems.username ? 'username' : problems.password ? 'password' : undefined
    if (wrong) ref.current?.querySelector<HTMLInputElement>(`input[name="${wrong}"]`)?.focus()
    else void enter.run()
  }
  const change = () => {
    setIsNew(!isNew)
    setHasTried(false)
  }
  const fieldProps = (name: FieldName) => ({
    value: values[name],
    problem: hasTried && name !== 'displayName' ? problems[name] : null,
    onChange: ({ target }: { target: HTMLInputElement }) => setValues((now) => ({ ...now, [name]: target.value })),
  })
  return { ref, isNew, enter, submit, change, fieldProps }
}

type SignInFieldProps = Pick<Parameters<typeof TextField>[0], 'value' | 'problem' | 'onChange'>

function UsernameField({ isNew, ...field }: SignInFieldProps & { isNew: boolean }) {
  const texts = useTexts().sessions
  return (
    <TextField
      label={texts.username}
      name="username"
      required
      maxLength={limits.username}
      hint={isNew ? texts.usernameHint : undefined}
      autoComplete="username"
      autoCapitalize="none"
      spellCheck={false}
      {...field}
    />
  )
}

function DisplayNameField(field: SignInFieldProps) {
  const texts = useTexts().sessions
  return (
    <TextField
      label={texts.displayName}
      name="name"
      hint={texts.displayNameHint}
      maxLength={limits.name}
      autoComplete="name"
      {...field}
    />
  )
}
