import { type Chat, type ChatOptions, createChat } from '@parley/client'
import { useEffect, useState } from 'react'
import { serverUrl } from './place.ts'

/**
 * A chat of the user whom `auth` (or, if it is undefined, the cookie) signs in; null before the first effect. It
 * connects when it is mounted and closes when it is unmounted; a failure to connect is in the state of the chat.
 * Another `auth` makes another chat: pass a stable one.
 */
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
