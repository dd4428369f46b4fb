import type { SignedIn } from '@parley/protocol'
import type { Fields } from '../inbox.ts'
import { connect, type Speaker, type Vocabulary } from '../speaker.ts'
import { ForeignVoice, type Understood } from './foreign-voice.ts'
import { sealed, type Voice } from './voice.ts'

const saidIn = ({ content, metadata }: Fields): string => {
  const isSealed = metadata !== null && JSON.parse(String(metadata)).sealed === true
  return isSealed && content === '' ? sealed() : String(content)
}

/** A client of document 000 or 001. */
export class RoomsVoice extends ForeignVoice<Speaker> implements Voice {
  readonly deafTo = { reactions: true, sealedText: true } as const
  readonly words = /^(room|message|dm|typing|presence):|^(error|ping|authenticated)$/
  readonly name: Vocabulary

  private constructor(name: Vocabulary, speaker: Speaker) {
    super(speaker)
    this.name = name
  }

  /** Connects a client of document 000 or 001; resolves when it receives events. */
  static async arrive(url: string, vocabulary: Vocabulary, signedIn: SignedIn, options?: object): Promise<RoomsVoice> {
    return new RoomsVoice(vocabulary, await connect({ url }, vocabulary, signedIn, options))
  }

  enter = (room: string) => this.client.enterRoom(room)
  send = (room: string, text: string) => this.client.sendAndHear(room, text)

  async edit(_: string, id: string, content: string) {
    this.client.editMessage(id, content)
    await this.inbox.next('message:edited', { id, content })
  }

  async delete(_: string, messageId: string) {
    this.client.deleteMessage(messageId)
    await this.inbox.next('message:deleted', { messageId })
  }

  async type(room: string) {
    this.client.startTyping(room)
  }

  async history(room: string): Promise<[string, Fields][]> {
    const all: Fields[] = []
    for (let page = [{}], before = ''; page.length > 0; before = `&before=${all.at(-1)?.id}`) {
      page = (await this.client.rest.list(`/chat/rooms/${room}/messages?limit=20${before}`)).body
      all.push(...page)
    }
    return all.map((entity) => [String(entity.id), entity])
  }

  override async comeBack() {
    await super.comeBack()
    if (this.name === '001') await this.inbox.next('authenticated')
  }

  protected understand(event: string, payload: Fields): Understood | undefined {
    const room = String(payload.roomId)
    if (event === 'message:deleted') return { room, happening: { what: 'deletion', id: String(payload.messageId) } }
    if (event !== 'message:new' && event !== 'message:edited') return undefined
    const what = event === 'message:new' ? 'message' : 'edit'
    const [id, by] = [String(payload.id), String(payload.senderId)]
    return { room, happening: { what, id, by, said: saidIn(payload) }, entity: payload }
  }
}
