import type { Sessions } from '@parley/client'
import { SignInForm } from '@parley/react'
import { basePath } from './place.ts'
import { usePageTitle } from './use-page-title.ts'

interface SignInPageProps {
  sessions: Sessions
}

export function SignInPage({ sessions }: SignInPageProps) {
  usePageTitle('Sign in · Parley')
  return (
    <main className="web-sign-in">
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
