import { createChat } from '@parley/client'
import {
  ChatPage,
  ChatProvider,
  ChatWindow,
  ConversationList,
  MessageBubble,
  MessageComposer,
  type Slots,
  StatusIndicator,
  TypingIndicator,
  useConversation,
} from '@parley/react'
import '@parley/react/styles.css'
import { type ReactNode, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'

/* A host's page with each of the components by itself, in elements of the page that say where. Its address says of what. */

const chat = createChat({ url: '/parley' })
const asked = new URLSearchParams(location.search)
const [conversationId, userId] = [asked.get('conversation') ?? '', asked.get('person') ?? '']

function FirstMessage() {
  const message = useConversation(conversationId)?.messages[0]
  return message ? <MessageBubble message={message} /> : null
}

/** Of the conversation that the page names by an event, without being made anew. */
function MovingComposer() {
  const [id, setId] = useState(conversationId)
  useEffect(() => addEventListener('move', (event) => setId((event as CustomEvent).detail)), [])
  return <MessageComposer conversationId={id} />
}

const slots: Slots = {
  Header: ({ title, children }) => (
    <>
      {children}
      <p className="job" style={{ display: 'flex', padding: 7, background: 'rgb(1, 2, 3)', inlineSize: 200 }}>
        About {title}{' '}
        <button type="button" className="job">
          Call
        </button>
      </p>
      <StatusIndicator userId={userId} withText />
    </>
  ),
  Message: ({ isOwn, sender, children }) => (
    <div className="marked" style={{ padding: '5px' }} data-own={isOwn} data-sender={sender?.displayName}>
      {children}
    </div>
  ),
  Composer: ({ conversationId: id }) => <p className="closed">No writing in {id === conversationId ? 'here' : '?'}</p>,
}

const parts: Record<string, ReactNode> = {
  window: <ChatWindow conversationId={conversationId} />,
  slotted: <ChatWindow conversationId={conversationId} slots={slots} />,
  page: <ChatPage />,
  whole: <ChatPage isPage />,
  list: <ConversationList onOpen={(id) => document.body.setAttribute('data-chosen', id)} />,
  bubble: <FirstMessage />,
  composer: <MovingComposer />,
  typing: <TypingIndicator conversationId={conversationId} />,
  status: <StatusIndicator userId={userId} withText />,
}

for (const [name, part] of Object.entries(parts)) {
  const place = document.querySelector(`[data-part="${name}"]`)
  if (place) createRoot(place).render(<ChatProvider chat={chat}>{part}</ChatProvider>)
}
void chat.connect()
