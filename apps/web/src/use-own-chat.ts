import { type Chat, createChat, type Sessions } from '@parley/client'
import { useEffect, useState } from 'react'
import { serverUrl } from './place.ts'

/** The chat of who is signed in, connected as long as the component is there; null before. */
export function useOwnChat(sessions: Sessions): Chat | null {
  const [chat, setChat] = useState<Chat | null>(null)
  useEffect(() => {
    const own = createChat({ url: serverUrl, auth: sessions.accessToken, client: 'parley-web/0.1' })
    setChat(own)
    // What goes wrong is in the state (`status` and `problem`), where the page shows it.
    own.connect().catch(() => undefined)
    return () => void own.close()
  }, [sessions])
  return chat
}
