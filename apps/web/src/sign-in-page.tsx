import type { Sessions } from '@parley/client'
import { SignInForm } from '@parley/react'
import { SignInFrame } from './sign-in-frame.tsx'
import { StorageNotice } from './storage/storage-notice.tsx'

interface SignInPageProps {
  sessions: Sessions
  isFirst: boolean
}

export const SignInPage = ({ sessions, isFirst }: SignInPageProps) => (
  <SignInFrame>
    <SignInForm sessions={sessions} isFirst={isFirst} />
    <StorageNotice keepsSession={sessions.isKept} keepsUnsent />
  </SignInFrame>
)
