import type { SignedIn } from '@parley/protocol'
import { afterEach } from 'vitest'
import { ConversationClient } from './conversation-client.ts'
import type { stage } from './stage.ts'

/**
 * Clients of the documents 002 and 003 on a stage, which are closed after each test: `arrive` connects a user, `come` a
 * new one, and `pair` two new ones who have joined a conversation of theirs.
 */
export function conversationStage(on: ReturnType<typeof stage>) {
  const clients: ConversationClient[] = []
  afterEach(() => {
    for (const { socket } of clients.splice(0)) socket.close()
  })

  const arrive = async (signedIn: SignedIn, options?: object) => {
    const client = new ConversationClient(on.server().url, signedIn, options)
    clients.push(client)
    await client.inbox.next('connect')
    return client
  }
  const come = async () => arrive(await on.signUp())

  /** Two who have a conversation, and have joined it. */
  const pair = async () => {
    const [ana, bo] = [await come(), await come()]
    const { body } = await ana.rest.post('/api/chat/conversations', { participantId: bo.id })
    const conversationId = String((body.data as { conversationId: string }).conversationId)
    for (const one of [ana, bo]) {
      one.socket.emit('join_conversation', { conversationId, userId: one.id })
      await one.heardAll()
    }
    return { ana, bo, conversationId }
  }

  return { arrive, come, pair }
}
