import { createSessions } from '@parley/client'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '@parley/react/styles.css'
import './web.css'
import { App } from './app.tsx'
import { serverUrl } from './place.ts'

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App sessions={createSessions({ url: serverUrl })} />
    </StrictMode>,
  )
}
