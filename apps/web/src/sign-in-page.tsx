import type { Sessions } from '@parley/client'
import { SignInForm } from '@parley/react'
import { KeepingNotice } from './keeping/keeping-notice.tsx'
import { SignInFrame } from './sign-in-frame.tsx'

interface SignInPageProps {
  sessions: Sessions
  isFirst: boolean
}

export const SignInPage = ({ sessions, isFirst }: SignInPageProps) => (
  <SignInFrame>
    <SignInForm sessions={sessions} isFirst={isFirst} />
    <KeepingNotice keepsSession={sessions.isKept} keepsUnsent />
  </SignInFrame>
)
