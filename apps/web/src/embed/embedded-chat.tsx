import { type Chat, createChat } from '@parley/client'
import { ChatPage, ChatProvider, ChatWindow } from '@parley/react'
import { useEffect, useState } from 'react'
import { serverUrl } from '../place.ts'
import type { HostPage, HostSettings } from './host-page.ts'
import { useShownUnread } from './use-shown-unread.ts'

interface EmbeddedChatProps {
  host: HostPage
}

/** The chat in a frame, as the page around it wants it. The token of its user is nowhere but in memory. */
export function EmbeddedChat({ host }: EmbeddedChatProps) {
  const { settings, isShown } = useHostWishes(host)
  const chat = useHostedChat(host, settings)
  useEscape(host)
  if (!chat || !settings) return null
  return (
    <ChatProvider chat={chat}>
      <UnreadReport host={host} conversation={settings.conversation} />
      {settings.conversation ? (
        <ChatWindow isPage conversationId={settings.conversation} autoFocus={isShown} />
      ) : (
        <ChatPage isPage autoFocus={isShown} title={settings.title} />
      )}
    </ChatProvider>
  )
}

/** Settings come once; `isShown` from when the person opens the chat until they close it. */
function useHostWishes(host: HostPage) {
  const [settings, setSettings] = useState<HostSettings | null>(null)
  const [isShown, setIsShown] = useState(false)
  useEffect(() => {
    const stop = host.hear((message) => {
      if (message.parley === 'settings') setSettings((now) => now ?? message)
      if (message.parley === 'shown') setIsShown(message.isShown)
      if (message.parley === 'settings' || message.parley === 'theme') {
        document.documentElement.dataset.theme = message.theme ?? 'system'
      }
    })
    host.say({ parley: 'ready' })
    return stop
  }, [host])
  return { settings, isShown }
}

/** With the tokens that the page has; without any, a cookie of its site says who it is. */
function useHostedChat(host: HostPage, settings: HostSettings | null): Chat | null {
  const [chat, setChat] = useState<Chat | null>(null)
  useEffect(() => {
    if (!settings) return
    const auth = settings.hasTokens ? ({ replacing }: { replacing?: string }) => host.askToken(replacing) : undefined
    const own = createChat({ url: serverUrl, auth, client: 'parley-embed/0.1' })
    setChat(own)
    // What goes wrong is in the state (`status` and `problem`), where the chat shows it.
    own.connect().catch(() => undefined)
    return () => void own.close()
  }, [host, settings])
  return chat
}

function UnreadReport({ host, conversation }: EmbeddedChatProps & Pick<HostSettings, 'conversation'>) {
  const count = useShownUnread(conversation)
  useEffect(() => host.say({ parley: 'unread', count }), [host, count])
  return null
}

const openLayers = 'dialog[open], :popover-open, [data-region="panel"]'

/** Escape closes the chat, unless something in it is closed by that, or makes use of the key. */
function useEscape(host: HostPage) {
  useEffect(() => {
    let isTaken = false
    // What it closes may be gone when the key has gone all its way.
    const look = () => {
      isTaken = document.querySelector(openLayers) !== null
    }
    const press = (event: KeyboardEvent) => {
      // The key belongs to what is being composed; Safari says so by the number alone.
      if (event.isComposing || event.keyCode === 229) return
      if (event.key === 'Escape' && !isTaken && !event.defaultPrevented) host.say({ parley: 'close' })
    }
    addEventListener('keydown', look, { capture: true })
    addEventListener('keydown', press)
    return () => {
      removeEventListener('keydown', look, { capture: true })
      removeEventListener('keydown', press)
    }
  }, [host])
}
