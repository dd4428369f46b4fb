import { useMe } from '@parley/react'
import type { ReactNode } from 'react'
import { serverUrl } from '../place.ts'
import { SignInFrame } from '../sign-in-frame.tsx'
import { dropHash, useHash } from '../use-hash.ts'
import { LazyAdministration } from './lazy-administration.tsx'

const linkOf = (token: string): string => `${serverUrl}/#password=${token}`

/** The administration, where the address names it and the person may see it; else the chat. */
export function OrAdministration({ children }: { children: ReactNode }) {
  const isNamed = useHash() === '#administration'
  const isAdministrator = useMe()?.role === 'admin'
  if (!isNamed || !isAdministrator) return children
  return (
    <LazyAdministration>
      {({ AdministrationPage }) => <AdministrationPage isPage linkOf={linkOf} onClose={dropHash} />}
    </LazyAdministration>
  )
}

/** Sets a new password, for somebody who has a link from an administrator. */
export const PasswordRoute = ({ token }: { token: string }) => (
  <SignInFrame>
    <LazyAdministration>
      {({ PasswordLinkForm }) => <PasswordLinkForm url={serverUrl} token={token} onDone={dropHash} />}
    </LazyAdministration>
  </SignInFrame>
)
