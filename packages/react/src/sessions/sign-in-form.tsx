import type { Sessions } from '@parley/client'
import { limits } from '@parley/protocol/limits'
import { type FormEvent, useState } from 'react'
import { useAction } from '../hooks/use-action.ts'
import { errorText } from '../texts/error-text.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Problem } from '../ui/notice.tsx'

interface SignInFormProps {
  sessions: Sessions
}

/**
 * Signs in or makes an account, for Parley's own accounts. Who is signed in afterwards is told by `sessions`.
 *
 * @example {sessions.current ? <Chat /> : <SignInForm sessions={sessions} />}
 */
export function SignInForm({ sessions }: SignInFormProps) {
  const [isNew, setIsNew] = useState(false)
  const [username, setUsername] = useState('')
  const [displayName, setDisplayName] = useState('')
  const [password, setPassword] = useState('')
  const enter = useAction(() =>
    isNew
      ? sessions.register({ username, password, displayName: displayName.trim() || undefined })
      : sessions.signIn({ username, password }),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void enter.run()
  }
  return (
    <form className="parley-form parley-sign-in" onSubmit={submit}>
      <h1 className="parley-sign-in__title">{isNew ? 'Create your account' : 'Welcome back'}</h1>
      <TextField
        label="User name"
        name="username"
        required
        minLength={isNew ? 2 : undefined}
        maxLength={limits.username}
        pattern={isNew ? '[A-Za-z0-9]([A-Za-z0-9._\\-]*[A-Za-z0-9])?' : undefined}
        title="Letters and digits, with . _ - between them"
        hint={isNew ? 'Letters and digits, with . _ - between them.' : undefined}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        value={username}
        onChange={(event) => setUsername(event.target.value)}
      />
      {isNew && (
        <TextField
          label="Display name"
          name="name"
          hint="What others see. You can leave it empty."
          maxLength={limits.name}
          autoComplete="name"
          value={displayName}
          onChange={(event) => setDisplayName(event.target.value)}
        />
      )}
      <TextField
        label="Password"
        name="password"
        type="password"
        required
        minLength={isNew ? limits.password.min : undefined}
        maxLength={limits.password.max}
        hint={isNew ? `At least ${limits.password.min} characters.` : undefined}
        autoComplete={isNew ? 'new-password' : 'current-password'}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Problem>{errorText(enter.error)}</Problem>
      <Button look="primary" type="submit" isBusy={enter.isRunning}>
        {isNew ? 'Create account' : 'Sign in'}
      </Button>
      <p className="parley-sign-in__other">
        {isNew ? 'You have an account?' : 'New here?'}{' '}
        <button type="button" className="parley-link" onClick={() => setIsNew(!isNew)}>
          {isNew ? 'Sign in' : 'Create an account'}
        </button>
      </p>
    </form>
  )
}
