import { type Chat, type ChatOptions, createChat } from '@parley/client'
import { useEffect, useState } from 'react'
import { serverUrl } from './place.ts'

/** A chat of the user whom `auth` (or the cookie) signs in, connected while mounted; null before the first effect. */
export function useOwnChat(auth: ChatOptions['auth']): Chat | null {
  const [chat, setChat] = useState<Chat | null>(null)
  useEffect(() => {
    const own = createChat({ url: serverUrl, auth, client: 'parley-web/0.1' })
    setChat(own)
    // The page shows a failure, which is in the state (`status` and `problem`).
    own.connect().catch(() => undefined)
    return () => void own.close()
  }, [auth])
  return chat
}
