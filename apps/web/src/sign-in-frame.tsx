import type { ReactNode } from 'react'
import { basePath } from './place.ts'
import { usePageTitle } from './use-page-title.ts'

/**
 * The frame of all pages for people who are not signed in: the logo above the children, as the `<main>` of the page.
 * Sets the title of the page to "Sign in · Parley".
 */
export function SignInFrame({ children }: { children: ReactNode }) {
  usePageTitle('Sign in · Parley')
  return (
    <main className="web-sign-in">
      <div className="web-sign-in__brand">
        <img src={`${basePath}/icon.svg`} alt="" width="44" height="44" />
        <p className="web-sign-in__name">Parley</p>
      </div>
      <div className="web-sign-in__card">{children}</div>
    </main>
  )
}
