import { createChat } from '@parley/client'
import { ChatProvider, ChatWindow, type TextOverrides, useOwnSessions } from '@parley/react'
import { useReactions } from '@parley/react/reactions'
import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'

/* Hooks and components in a `StrictMode`. The address of the page names the conversation, a message in it and the token. */

const asked = new URLSearchParams(location.search)
const [conversationId, messageId] = [asked.get('conversation') ?? '', asked.get('message') ?? '']
const chat = createChat({ url: '/parley', auth: asked.get('token') ?? '' })

function OwnSessions() {
  const { sessions, error } = useOwnSessions()
  return <p>Sessions: {error === null ? sessions?.length : String(error)}</p>
}

function Heart() {
  const { reactions, toggle } = useReactions(conversationId, messageId)
  const problem = ({ message }: Error) => document.body.setAttribute('data-problem', message)
  return (
    <button type="button" onClick={() => toggle('❤').catch(problem)}>
      Hearts: {reactions.length}
    </button>
  )
}

const others: TextOverrides = { messages: { send: 'Post' } }

function Page() {
  const [texts, setTexts] = useState<TextOverrides | undefined>()
  return (
    <ChatProvider chat={chat} texts={texts}>
      <OwnSessions />
      <Heart />
      <button type="button" onClick={() => setTexts(others)}>
        Other texts
      </button>
      <ChatWindow conversationId={conversationId} />
    </ChatProvider>
  )
}

const place = document.querySelector('main')
if (place) {
  createRoot(place).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  )
}
void chat.connect()
