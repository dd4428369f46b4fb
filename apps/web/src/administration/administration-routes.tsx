import { useMe } from '@parley/react'
import type { ReactNode } from 'react'
import { serverUrl } from '../place.ts'
import { SignInFrame } from '../sign-in-frame.tsx'
import { dropHash, useHash } from '../use-hash.ts'
import { LazyAdministration } from './lazy-administration.tsx'

const linkOf = (token: string): string => `${serverUrl}/#password=${token}`

/** The administration, if the address is `#administration` and the user is an administrator; else the children. */
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

/** The page of a password link (`#password=TOKEN`). */
export const PasswordRoute = ({ token }: { token: string }) => (
  <SignInFrame>
    <LazyAdministration>
      {({ PasswordLinkForm }) => <PasswordLinkForm url={serverUrl} token={token} onDone={dropHash} />}
    </LazyAdministration>
  </SignInFrame>
)
