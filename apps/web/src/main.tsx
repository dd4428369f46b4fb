import { createSessions } from '@parley/client'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '@parley/react/styles.css'
import './web.css'
import { App, HostApp } from './app.tsx'
import { serverUrl } from './place.ts'

// The page names its icon as it lies from the address where it was opened; the address changes, and the icon stays there.
const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]')
if (icon) icon.href = new URL(icon.href).href

const root = document.getElementById('root')
/** The server writes into its page whether people sign in here, and whether nobody has an account yet. */
const accounts = document.querySelector<HTMLMetaElement>('meta[name="parley-accounts"]')?.content
if (root) {
  createRoot(root).render(
    <StrictMode>
      {accounts === 'host' ? (
        <HostApp />
      ) : (
        <App sessions={createSessions({ url: serverUrl })} isFirst={accounts === 'first'} />
      )}
    </StrictMode>,
  )
}
