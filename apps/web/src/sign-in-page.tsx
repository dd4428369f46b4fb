import type { Sessions } from '@parley/client'
import { SignInForm } from '@parley/react'
import { SignInFrame } from './sign-in-frame.tsx'

interface SignInPageProps {
  sessions: Sessions
}

export const SignInPage = ({ sessions }: SignInPageProps) => (
  <SignInFrame>
    <SignInForm sessions={sessions} />
  </SignInFrame>
)
