import type { SignedIn } from '@parley/protocol'
import { ConversationClient } from '../conversation-client.ts'
import type { Fields } from '../inbox.ts'
import { ForeignVoice, type Understood } from './foreign-voice.ts'
import { sealed, type Voice } from './voice.ts'

const saidIn = (content: Fields): string => (content.sealed === true ? sealed() : String(content.text))

/** What moves with the marks of others, and what only lists have. */
const withoutStates = ({ status: _, is_read: __, delivered_at: ___, id: ____, ...entity }: Fields): Fields => entity

/** A client of document 002, which is answered by acknowledgements, or of 003, which is answered by events. */
export class ConversationVoice extends ForeignVoice<ConversationClient> implements Voice {
  readonly deafTo = { reactions: true, sealedText: true } as const
  readonly words =
    /^(new_message|message_(delivered|read|updated|deleted)|user_(typing|online_status)|error|exception|connect|(send|join|get|mark|leave)_\w+)$/
  readonly name: '002' | '003'

  private constructor(name: '002' | '003', client: ConversationClient) {
    super(client)
    this.name = name
  }

  /** Connects a client of this document; resolves when it is connected. */
  static async arrive(url: string, name: '002' | '003', signedIn: SignedIn, options?: object) {
    const client = new ConversationClient(url, signedIn, { auth: { token: signedIn.accessToken }, ...options })
    await client.inbox.next('connect')
    return new ConversationVoice(name, client)
  }

  enter = (conversationId: string) => this.client.ask('join_conversation', { conversationId, userId: this.id })

  async send(conversationId: string, text: string): Promise<string> {
    if (this.name === '002') return String((await this.client.ask('send_message', { conversationId, text }))._id)
    this.client.socket.emit('send_message', { conversationId, messageType: 'text', content: { text } })
    for (;;) {
      const { _id, content } = await this.inbox.next('new_message', { conversationId, senderId: this.id })
      if (Object(content).text === text) return String(_id)
    }
  }

  read(conversationId: string, id: string) {
    const messageIds = this.name === '003' ? { messageIds: [id] } : {}
    return this.client.ask('mark_as_read', { conversationId, ...messageIds })
  }

  async type(conversationId: string) {
    this.client.socket.emit('typing_start', { conversationId })
  }

  reads = (): string[] =>
    this.inbox
      .all('message_read')
      .flatMap(({ messageIds, readBy }) => (messageIds as string[]).map((id) => `${id} ${readBy}`))

  async history(room: string): Promise<[string, Fields][]> {
    const all = this.name === '002' ? await this.byCursor(room) : await this.byNumber(room)
    return all.map((entity) => [String(entity._id), withoutStates(entity)])
  }

  private async byCursor(conversationId: string): Promise<Fields[]> {
    const all: Fields[] = []
    for (let page: Fields = { hasMore: true }; page.hasMore; ) {
      page = await this.client.ask('get_messages', { conversationId, limit: 20, cursor: page.nextCursor })
      all.push(...(page.messages as Fields[]))
    }
    return all
  }

  private async byNumber(room: string): Promise<Fields[]> {
    const all: Fields[] = []
    for (let number = 1, hasMore = true; hasMore; number += 1) {
      const path = `/api/chat/conversations/${room}/messages?limit=20&page=${number}`
      const data = (await this.client.rest.get(path)).body.data as { messages: Fields[]; hasMore: boolean }
      all.push(...data.messages)
      hasMore = data.hasMore
    }
    return all
  }

  protected understand(event: string, payload: Fields): Understood | undefined {
    const room = String(payload.conversationId)
    if (event === 'message_deleted') return { room, happening: { what: 'deletion', id: String(payload.messageId) } }
    if (event !== 'new_message' && event !== 'message_updated') return undefined
    const what = event === 'new_message' ? 'message' : 'edit'
    const [id, by] = [String(payload._id), String(payload.senderId)]
    const happening = { what, id, by, said: saidIn(Object(payload.content)) } as const
    return { room, happening, entity: withoutStates(payload) }
  }
}
