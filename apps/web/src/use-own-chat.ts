import { type Chat, type ChatOptions, createChat } from '@parley/client'
import { useEffect, useState } from 'react'
import { serverUrl } from './place.ts'

/** The chat of the person to whom the token belongs, or the cookie, connected as long as the component is there; null before. */
export function useOwnChat(auth: ChatOptions['auth']): Chat | null {
  const [chat, setChat] = useState<Chat | null>(null)
  useEffect(() => {
    const own = createChat({ url: serverUrl, auth, client: 'parley-web/0.1' })
    setChat(own)
    // What goes wrong is in the state (`status` and `problem`), where the page shows it.
    own.connect().catch(() => undefined)
    return () => void own.close()
  }, [auth])
  return chat
}
