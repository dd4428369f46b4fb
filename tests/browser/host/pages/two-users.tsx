import { createChat } from '@parley/client'
import { ChatProvider, MessageComposer } from '@parley/react'
import '@parley/react/styles.css'
import { createRoot } from 'react-dom/client'

/* A host's page with a composer for each of the people in its address, for the conversation that the address names. */

const asked = new URLSearchParams(location.search)

for (const name of asked.getAll('person')) {
  const chat = createChat({ url: '/parley', auth: `token-of-${name}` })
  const place = document.createElement('div')
  place.dataset.person = name
  document.body.append(place)
  createRoot(place).render(
    <ChatProvider chat={chat} draftStorage={localStorage}>
      <MessageComposer conversationId={asked.get('conversation') ?? ''} />
    </ChatProvider>,
  )
  void chat.connect()
}
