import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '@parley/react/styles.css'
import '../web.css'
import { EmbeddedChat } from './embedded-chat.tsx'
import { hostPageOf } from './host-page.ts'

const root = document.getElementById('root')
const origin = new URLSearchParams(location.hash.slice(1)).get('origin')
if (root && origin !== null && window.parent !== window) {
  createRoot(root).render(
    <StrictMode>
      <EmbeddedChat host={hostPageOf(origin)} />
    </StrictMode>,
  )
}
