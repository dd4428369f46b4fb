import type { SignedIn } from '@parley/protocol'
import type { Fields } from '../inbox.ts'
import { PernClient } from '../pern-client.ts'
import { ForeignVoice, type Understood } from './foreign-voice.ts'
import { ciphertextIn, sealed, type Voice } from './voice.ts'

const saidIn = ({ content_encrypted, encrypted }: Fields): string =>
  encrypted ? sealed(String(content_encrypted)) : String(content_encrypted)

/** What moves with the marks of others. */
const withoutStates = ({ statuses: _, ...entity }: Fields): Fields => entity

/** Opaque unless it says otherwise. */
const contentOf = (said: string) => {
  const ciphertext = ciphertextIn(said)
  return ciphertext === undefined
    ? { content: said, isOpen: { encrypted: false } }
    : { content: ciphertext, isOpen: {} }
}

const byEmoji = (reactions: unknown, emoji: unknown): Fields[] =>
  (reactions as Fields[]).filter((reaction) => reaction.emoji === emoji)

/** A client of document 004. */
export class PernVoice extends ForeignVoice<PernClient> implements Voice {
  readonly name = '004'
  readonly deafTo = { ownMessages: true } as const
  readonly seals = true
  readonly words = /^(chat:\w+|user:status_changed|error|connect)$/
  /** Connects a client of document 004; resolves when it is connected. */
  static async arrive(url: string, signedIn: SignedIn, options?: object): Promise<PernVoice> {
    const client = new PernClient(url, signedIn, { auth: { token: signedIn.accessToken }, ...options })
    await client.inbox.next('connect')
    return new PernVoice(client)
  }

  /** Opens a group with these people; resolves with its id. */
  openGroup(...others: Voice[]): Promise<string> {
    return this.client.openGroup('Team', ...(others as unknown as PernClient[]))
  }

  enter = () => this.client.ask('presence:online')

  async send(conversationId: string, text: string): Promise<string> {
    const { content: contentEncrypted, isOpen } = contentOf(text)
    const { success, data } = await this.client.ask('chat:message_send', {
      conversationId,
      contentEncrypted,
      ...isOpen,
    })
    if (success !== true) throw new Error('the message was not sent')
    const understood = this.understand('chat:message_received', data as Fields)
    if (understood) this.answers.push(understood)
    return String((data as Fields).id)
  }

  edit(_: string, id: string, text: string) {
    const { content: content_encrypted, isOpen } = contentOf(text)
    return this.client.data(this.client.rest.call('PATCH', `/api/messages/${id}`, { content_encrypted, ...isOpen }))
  }

  delete(_: string, id: string) {
    return this.client.data(this.client.rest.call('DELETE', `/api/messages/${id}`))
  }

  react(_: string, id: string, emoji: string, isOn: boolean) {
    const path = `/api/messages/${id}/reactions`
    const { rest } = this.client
    return this.client.data(isOn ? rest.post(path, { emoji }) : rest.call('DELETE', `${path}/${emoji}`))
  }

  read = (_: string, messageId: string) => this.client.ask('chat:message_read', { messageId })
  type = (conversationId: string) => this.client.ask('chat:typing', { conversationId, isTyping: true })

  reads = (): string[] =>
    this.inbox
      .all('chat:message_status_updated')
      .filter(({ status }) => status === 'read')
      .map(({ messageId, userId }) => `${messageId} ${userId}`)

  async history(room: string): Promise<[string, Fields][]> {
    const all: Fields[] = []
    for (let page = [{}], offset = 0; page.length > 0; offset += 20) {
      page = await this.client.history(room, `?limit=20&offset=${offset}`)
      all.push(...page)
    }
    return all.map((entity) => [String(entity.id), withoutStates(entity)])
  }

  protected understand(event: string, payload: Fields): Understood | undefined {
    const [room, id] = [String(payload.conversation_id ?? payload.conversationId), String(payload.messageId)]
    if (event === 'chat:message_deleted') return { room, happening: { what: 'deletion', id } }
    if (event === 'chat:reaction_updated') {
      const { userId, emoji, action } = payload
      const of = { id, by: String(userId), emoji: String(emoji), isOn: action === 'added' }
      return { room, happening: { what: 'reaction', ...of }, entity: payload }
    }
    if (event !== 'chat:message_received' && event !== 'chat:message_edited') return undefined
    const what = event === 'chat:message_received' ? 'message' : 'edit'
    const happening = { what, id: String(payload.id), by: String(payload.sender_id), said: saidIn(payload) } as const
    return { room, happening, entity: withoutStates(payload) }
  }

  /** An event about a reaction has all reactions with that emoji. */
  protected override merge(before: Fields, understood: Understood): Fields {
    if (understood.happening.what !== 'reaction') return super.merge(before, understood)
    const { emoji, reactions } = understood.entity ?? {}
    const others = (before.reactions as Fields[]).filter((reaction) => reaction.emoji !== emoji)
    return { ...before, reactions: [...others, ...byEmoji(reactions, emoji)] }
  }
}
