import { createServer } from 'node:http'
import { createChat } from '@parley/client'
import { type Message, operations } from '@parley/protocol'
import { limits } from '@parley/protocol/limits'
import { ChatPage, ChatProvider } from '@parley/react'
import { useConversation } from '@parley/react/hooks'
import '@parley/react/styles.css'
import { createParley } from '@parley/server'

/* Uses a type of every package, so that the compiler of an app reads the declarations of all. */

const httpServer = createServer()
const parley = await createParley({
  dataDir: './chat',
  authenticate: ({ headers }) => (headers.cookie ? { id: '1', username: 'ana' } : null),
})
parley.attach(httpServer)

const chat = createChat({ url: 'http://localhost:3000' })
chat.on('message.created', ({ messages }) => messages?.map(({ seq }: Message) => seq.toFixed()))

export const path: string = operations['message.send'].http.path
export const longest: number = limits.text
export const hook: typeof useConversation = useConversation
export const app = (
  <ChatProvider chat={chat}>
    <ChatPage />
  </ChatProvider>
)
