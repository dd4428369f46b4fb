import { type Chat, createChat } from '@parley/client'
import { ChatPage, ChatProvider, ChatWindow } from '@parley/react'
import { useEffect, useState } from 'react'
import { serverUrl } from '../place.ts'
import type { HostPage, HostSettings } from './host-page.ts'
import { useShownUnread } from './use-shown-unread.ts'

interface EmbeddedChatProps {
  host: HostPage
}

/**
 * The chat in a frame: nothing until the host's page has sent its settings, then one conversation, or the whole chat
 * if they name none. The page gets the number of unread messages, and on Escape, unless that closes a layer, the wish
 * to close. Signs in by tokens of the page, which are only in memory, or by a cookie if it has none.
 */
export function EmbeddedChat({ host }: EmbeddedChatProps) {
  const { settings, isShown } = useHostSettings(host)
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

/**
 * The settings of the host's page, which sends them once (null until then). `isShown`: has the person opened the chat?
 */
function useHostSettings(host: HostPage) {
  const [settings, setSettings] = useState<HostSettings | null>(null)
  const [isShown, setIsShown] = useState(false)
  useEffect(() => {
    const stop = host.onMessage((message) => {
      if (message.parley === 'settings') setSettings((now) => now ?? message)
      if (message.parley === 'shown') setIsShown(message.isShown)
      if (message.parley === 'settings' || message.parley === 'theme') {
        document.documentElement.dataset.theme = message.theme ?? 'system'
      }
    })
    host.send({ parley: 'ready' })
    return stop
  }, [host])
  return { settings, isShown }
}

/**
 * The chat of the page's user, connected while mounted; signs in by tokens of the page, or by a cookie if it has none.
 */
function useHostedChat(host: HostPage, settings: HostSettings | null): Chat | null {
  const [chat, setChat] = useState<Chat | null>(null)
  useEffect(() => {
    if (!settings) return
    const auth = settings.hasTokens ? ({ replacing }: { replacing?: string }) => host.askToken(replacing) : undefined
    const own = createChat({ url: serverUrl, auth, client: 'parley-embed/0.1' })
    setChat(own)
    // The chat shows a failure, which is in its state (`status` and `problem`).
    own.connect().catch(() => undefined)
    return () => void own.close()
  }, [host, settings])
  return chat
}

function UnreadReport({ host, conversation }: EmbeddedChatProps & Pick<HostSettings, 'conversation'>) {
  const count = useShownUnread(conversation)
  useEffect(() => host.send({ parley: 'unread', count }), [host, count])
  return null
}

const openLayers = 'dialog[open], :popover-open, [data-region="panel"]'

/** Asks the page to close the chat on Escape, unless the key closes an open layer or another handler uses it. */
function useEscape(host: HostPage) {
  useEffect(() => {
    let hasOpenLayer = false
    // Checked in the capture phase, because the layer that Escape closes is gone when the event bubbles up here.
    const checkLayers = () => {
      hasOpenLayer = document.querySelector(openLayers) !== null
    }
    const press = (event: KeyboardEvent) => {
      // The key belongs to the composition of a character. Safari reports that only as key code 229.
      if (event.isComposing || event.keyCode === 229) return
      if (event.key === 'Escape' && !hasOpenLayer && !event.defaultPrevented) host.send({ parley: 'close' })
    }
    addEventListener('keydown', checkLayers, { capture: true })
    addEventListener('keydown', press)
    return () => {
      removeEventListener('keydown', checkLayers, { capture: true })
      removeEventListener('keydown', press)
    }
  }, [host])
}
