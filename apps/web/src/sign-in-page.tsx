import type { Sessions } from '@parley/client'
import { SignInForm } from '@parley/react'
import { SignInFrame } from './sign-in-frame.tsx'
import { StorageNotice } from './storage/storage-notice.tsx'

interface SignInPageProps {
  sessions: Sessions
  isFirst: boolean
}

/**
 * The page that signs in or makes an account, by `SignInForm`, which begins with registration if `isFirst`. It says so
 * if the browser cannot store the session. The signed-in user is in `sessions`; there is no callback.
 */
export const SignInPage = ({ sessions, isFirst }: SignInPageProps) => (
  <SignInFrame>
    <SignInForm sessions={sessions} isFirst={isFirst} />
    <StorageNotice keepsSession={sessions.isKept} keepsUnsent />
  </SignInFrame>
)
