import type { Sessions } from '@parley/client'
import { limits } from '@parley/protocol/limits'
import { type FormEvent, useState } from 'react'
import { useAction } from '../hooks/use-action.ts'
import { useTexts } from '../texts/use-texts.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Problem } from '../ui/notice.tsx'

interface SignInFormProps {
  sessions: Sessions
}

/**
 * Signs in or makes an account, for Parley's own accounts. `sessions` says afterwards who is signed in.
 *
 * @example {sessions.current ? <Chat /> : <SignInForm sessions={sessions} />}
 */
export function SignInForm({ sessions }: SignInFormProps) {
  const texts = useTexts().sessions
  const [isNew, setIsNew] = useState(false)
  const [username, setUsername] = useState('')
  const [displayName, setDisplayName] = useState('')
  const [password, setPassword] = useState('')
  // Two actions: what was wrong with one says nothing about the other.
  const signIn = useAction(() => sessions.signIn({ username, password }))
  const register = useAction(() =>
    sessions.register({ username, password, displayName: displayName.trim() || undefined }),
  )
  const enter = isNew ? register : signIn
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void enter.run()
  }
  return (
    <form className="parley-form parley-sign-in" onSubmit={submit}>
      <h1 className="parley-sign-in__title">{isNew ? texts.createYourAccount : texts.signIn}</h1>
      <UsernameField isNew={isNew} value={username} onChange={setUsername} />
      {isNew && <DisplayNameField value={displayName} onChange={setDisplayName} />}
      <PasswordField isNew={isNew} value={password} onChange={setPassword} />
      <Problem error={enter.error} />
      <Button look="primary" type="submit" isBusy={enter.isRunning}>
        {isNew ? texts.createAccount : texts.signIn}
      </Button>
      <p className="parley-sign-in__other">
        {isNew ? texts.hasAccount : texts.isNew}{' '}
        <button type="button" className="parley-link" onClick={() => setIsNew(!isNew)}>
          {isNew ? texts.signIn : texts.createAnAccount}
        </button>
      </p>
    </form>
  )
}

interface SignInFieldProps {
  value: string
  onChange: (value: string) => void
}

interface AccountFieldProps extends SignInFieldProps {
  /** Is an account made, and not used? */
  isNew: boolean
}

function UsernameField({ isNew, value, onChange }: AccountFieldProps) {
  const texts = useTexts().sessions
  return (
    <TextField
      label={texts.username}
      name="username"
      required
      minLength={isNew ? 2 : undefined}
      maxLength={limits.username}
      pattern={isNew ? '[A-Za-z0-9]([A-Za-z0-9._\\-]*[A-Za-z0-9])?' : undefined}
      title={texts.usernameRule}
      hint={isNew ? texts.usernameHint : undefined}
      autoComplete="username"
      autoCapitalize="none"
      spellCheck={false}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

function DisplayNameField({ value, onChange }: SignInFieldProps) {
  const texts = useTexts().sessions
  return (
    <TextField
      label={texts.displayName}
      name="name"
      hint={texts.displayNameHint}
      maxLength={limits.name}
      autoComplete="name"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

function PasswordField({ isNew, value, onChange }: AccountFieldProps) {
  const texts = useTexts().sessions
  return (
    <TextField
      label={texts.password}
      name="password"
      type="password"
      required
      minLength={isNew ? limits.password.min : undefined}
      maxLength={limits.password.max}
      hint={isNew ? texts.passwordHint(limits.password.min) : undefined}
      autoComplete={isNew ? 'new-password' : 'current-password'}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
