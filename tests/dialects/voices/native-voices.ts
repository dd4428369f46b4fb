import { type Chat, createChat } from '@parley/client'
import type { ConversationChange, Message, SignedIn } from '@parley/protocol'
import type { startTestServer } from '@parley/server/testing'
import { newId } from '@parley/server/testing/people'
import type { Fields } from '../inbox.ts'
import { type Happening, sealed, type Voice } from './voice.ts'

type TestServer = Awaited<ReturnType<typeof startTestServer>>
type TestSocket = Awaited<ReturnType<TestServer['connect']>>

const durable = ['message.created', 'message.updated', 'message.deleted', 'reaction.added', 'reaction.removed'] as const

const saidIn = ({ body }: Message): string => (body?.kind === 'sealed' ? sealed(body.ciphertext) : String(body?.text))

function happeningsOf(event: string, { messages = [], reactions = [] }: ConversationChange): Happening[] {
  return [
    ...messages.map((message): Happening => {
      const { id, senderId: by } = message
      if (event === 'message.deleted') return { what: 'deletion', id }
      return { what: event === 'message.created' ? 'message' : 'edit', id, by, said: saidIn(message) }
    }),
    ...reactions.map(({ messageId: id, userId: by, emoji, removed }): Happening => {
      return { what: 'reaction', id, by, emoji, isOn: !removed }
    }),
  ]
}

const changesIn = (heard: readonly { event: string; payload: unknown }[], room: string) =>
  heard
    .map(({ event, payload }) => ({ event, change: payload as ConversationChange }))
    .filter(({ event, change }) => durable.some((name) => name === event) && change.conversationId === room)

const toEntry = (message: Message): [string, Fields] => [message.id, { ...message }]

const isShown = ({ deletedAt }: Message) => deletedAt === null

/** Reads a history from its end to its beginning, as both native clients may. */
async function readAll(chat: Pick<TestSocket, 'ask'>, conversationId: string): Promise<Message[]> {
  const all: Message[] = []
  for (let hasBefore = true; hasBefore; ) {
    const page = await chat.ask('message.page', { conversationId, before: all[0]?.seq, limit: 20 })
    all.unshift(...page.messages)
    hasBefore = page.hasBefore
  }
  return all
}

/** A socket of the native protocol without any SDK. */
export class SocketVoice implements Voice {
  readonly name = 'socket'
  readonly id: string
  readonly deafTo = {}
  readonly words = /^[a-z]+\.[a-z]+$/i
  private readonly all: { event: string; payload: unknown }[] = []
  private readonly socket: TestSocket

  private constructor(socket: TestSocket, id: string) {
    this.socket = socket
    this.id = id
    socket.socket.onAny((event: string, payload: unknown) => this.all.push({ event, payload }))
  }

  /** Connects a socket of the native protocol as this user. */
  static async arrive(server: TestServer, signedIn: SignedIn): Promise<SocketVoice> {
    return new SocketVoice(await server.connect(signedIn), signedIn.user.id)
  }

  enter = (conversationId: string) => this.socket.ask('conversation.get', { conversationId })

  async send(conversationId: string, text: string): Promise<string> {
    const message = { conversationId, id: newId(), body: { kind: 'plain', text } } as const
    return (await this.socket.ask('message.send', message)).message.id
  }

  edit = (_: string, messageId: string, text: string) =>
    this.socket.ask('message.edit', { messageId, body: { kind: 'plain', text } })
  delete = (_: string, messageId: string) => this.socket.ask('message.delete', { messageId })
  react = (_: string, messageId: string, emoji: string, isOn: boolean) =>
    this.socket.ask(isOn ? 'reaction.add' : 'reaction.remove', { messageId, emoji })

  async read(conversationId: string, messageId: string) {
    const { message } = await this.socket.ask('message.get', { messageId })
    await this.socket.ask('receipt.read', { conversationId, seq: message.seq })
  }

  type = (conversationId: string) => this.socket.ask('typing.set', { conversationId, isTyping: true })
  heard = () => this.all
  story = (room: string) => changesIn(this.all, room).flatMap(({ event, change }) => happeningsOf(event, change))
  /** The revs of the durable events of this room, in the order in which they came. */
  revs = (room: string): number[] => changesIn(this.all, room).map(({ change }) => change.rev)

  /** Up to which seq a user has received the conversation, as the server says; undefined for no member. */
  async delivered(conversationId: string, userId: string): Promise<number | undefined> {
    const { receipts } = await this.socket.ask('receipt.list', { conversationId, limit: 100 })
    return receipts.find((receipt) => receipt.userId === userId)?.deliveredSeq
  }

  held(room: string): Map<string, Fields> {
    const messages = changesIn(this.all, room).flatMap(({ change }) => change.messages ?? [])
    const latest = new Map(messages.map((message) => [message.id, message]))
    return new Map([...latest.values()].filter(isShown).map(toEntry))
  }

  /** All messages of the room from the server, deleted ones included, the oldest first. */
  everything = (room: string): Promise<Message[]> => readAll(this.socket, room)
  history = async (room: string) => (await this.everything(room)).filter(isShown).reverse().map(toEntry)
  heardAll = () => this.socket.settled()
  close = () => this.socket.close()
}

/** The SDK, as an application uses it. What it holds is what its user sees. */
export class SdkVoice implements Voice {
  readonly name = 'SDK'
  readonly id: string
  readonly deafTo = {}
  readonly words = /^[a-z]+\.[a-z]+$/i
  private readonly all: { event: string; payload: unknown }[] = []
  private readonly chat: Chat

  private constructor(chat: Chat, id: string) {
    this.chat = chat
    this.id = id
    for (const event of [...durable, 'typing.updated'] as const) {
      chat.on(event, (payload: unknown) => this.all.push({ event, payload }))
    }
  }

  /** Connects a chat of the SDK as this user. */
  static async arrive({ url }: TestServer, { accessToken, user }: SignedIn): Promise<SdkVoice> {
    const chat = createChat({ url, auth: accessToken })
    await chat.connect()
    return new SdkVoice(chat, user.id)
  }

  enter = (room: string) => this.chat.messages.loadLatest(room)
  send = async (room: string, text: string) => (await this.chat.messages.send(room, text).settled).id
  edit = (_: string, id: string, text: string) => this.chat.messages.edit(id, text)
  delete = (_: string, id: string) => this.chat.messages.delete(id)
  react = (room: string, id: string, emoji: string, isOn: boolean) =>
    isOn ? this.chat.reactions.add(room, id, emoji) : this.chat.reactions.remove(room, id, emoji)

  async read(room: string, id: string) {
    const seq = this.window(room).find((message) => message.id === id)?.seq
    if (seq !== undefined) this.chat.receipts.markRead(room, seq)
  }

  type = async (room: string) => this.chat.typing.keystroke(room)
  heard = () => this.all
  story = (room: string) => changesIn(this.all, room).flatMap(({ event, change }) => happeningsOf(event, change))

  held = (room: string) => new Map(this.window(room).filter(isShown).map(toEntry))
  history = async (room: string) => {
    const all = await readAll({ ask: (name, input) => this.chat.call(name as never, input as never) }, room)
    return all.filter(isShown).reverse().map(toEntry)
  }
  heardAll = () => this.chat.users.me()
  close = () => this.chat.close()

  private window = (room: string): Message[] => this.chat.store.getState().conversations[room]?.messages ?? []
}
