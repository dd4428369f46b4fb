import type { Sessions } from '@parley/client'
import { SignInForm } from '@parley/react'
import { basePath } from './place.ts'

interface SignInPageProps {
  sessions: Sessions
}

export function SignInPage({ sessions }: SignInPageProps) {
  return (
    <main className="web-sign-in">
      <title>Sign in · Parley</title>
      <div className="web-sign-in__brand">
        <img src={`${basePath}/icon.svg`} alt="" width="44" height="44" />
        <p className="web-sign-in__name">Parley</p>
      </div>
      <div className="web-sign-in__card">
        <SignInForm sessions={sessions} />
      </div>
    </main>
  )
}
