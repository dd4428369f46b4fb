import { createSessions } from '@parley/client'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '@parley/react/styles.css'
import './web.css'
import { App, HostApp } from './app.tsx'
import { serverUrl } from './place.ts'

// The address of the icon is relative to the page's address, which changes later: makes it absolute while it is right.
const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]')
if (icon) icon.href = new URL(icon.href).href

const root = document.getElementById('root')
/**
 * The server writes it into the page: `own` accounts, `first` if there is none yet, or accounts of a `host`
 * application.
 */
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
