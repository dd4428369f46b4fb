import { useMe } from '@parley/react'
import type { ReactNode } from 'react'
import { serverUrl } from '../place.ts'
import { SignInFrame } from '../sign-in-frame.tsx'
import { dropHash, useHash } from '../use-hash.ts'
import { LazyAdministration } from './lazy-administration.tsx'

const linkOf = (token: string): string => `${serverUrl}/#password=${token}`

/**
 * The administration, if the address is `#administration` and the user is known to be an administrator; else the
 * children. It loads its code then, shows nothing meanwhile, and returns to the children if that fails. Its button
 * back removes the hash.
 */
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

/**
 * The page of a password link (`#password=TOKEN`): the form for a new password, without a sign-in. Its button at the
 * end removes the hash, and so does a failure to load its code: the parent then shows another page.
 */
export const PasswordRoute = ({ token }: { token: string }) => (
  <SignInFrame>
    <LazyAdministration>
      {({ PasswordLinkForm }) => <PasswordLinkForm url={serverUrl} token={token} onDone={dropHash} />}
    </LazyAdministration>
  </SignInFrame>
)
