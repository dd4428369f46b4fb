import type { SignedIn, User } from '@parley/protocol'
import { patience } from '@parley/server/testing/patience'
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client'
import { Inbox } from './inbox.ts'
import { Rest } from './rest.ts'

/** The documents whose words are used; `unsaid` is a client of the first that has said nothing yet. */
export type Vocabulary = '000' | '001' | 'unsaid'
export type Transport = 'websocket' | 'polling'

interface Words {
  joinRoom: (roomId: string, me: User) => unknown[]
  leaveRoom: (roomId: string, me: User) => unknown[]
  sendMessage: (message: { roomId: string; content: string; type?: string }, me: User) => unknown[]
  editMessage: (edit: { messageId: string; content: string }, me: User) => unknown[]
  deleteMessage: (message: { messageId: string }, me: User) => unknown[]
  sendDirectMessage: (message: { receiverId: string; content: string }, me: User) => unknown[]
  startTyping: (roomId: string) => unknown[]
  stopTyping: (roomId: string) => unknown[]
}

/** What the clients of the two documents put into each event. */
const words: Record<Exclude<Vocabulary, 'unsaid'>, Words> = {
  '000': {
    joinRoom: (roomId) => ['room:join', roomId],
    leaveRoom: (roomId) => ['room:leave', roomId],
    sendMessage: (message) => ['message:send', message],
    editMessage: (edit) => ['message:edit', edit],
    deleteMessage: (message) => ['message:delete', message],
    sendDirectMessage: (message) => ['dm:send', message],
    startTyping: (roomId) => ['typing:start', roomId],
    stopTyping: (roomId) => ['typing:stop', roomId],
  },
  '001': {
    joinRoom: (roomId, me) => ['room:join', { roomId, userId: me.id }],
    leaveRoom: (roomId, me) => ['room:leave', { roomId, userId: me.id }],
    sendMessage: (message, me) => ['message:send', { ...message, userId: me.id }],
    editMessage: (edit, me) => ['message:edit', { ...edit, userId: me.id }],
    deleteMessage: (message, me) => ['message:delete', { ...message, userId: me.id }],
    sendDirectMessage: (message, me) => ['dm:send', { ...message, userId: me.id }],
    startTyping: (roomId) => ['typing:start', { roomId }],
    stopTyping: (roomId) => ['typing:stop', { roomId }],
  },
}

let fences = 0

/**
 * A client written from the documents of the IGNIS tutorials (000 and 001), over a given socket. Its commands emit an
 * event and do not wait; `inbox` has all that it hears.
 */
export class Speaker {
  readonly signedIn: SignedIn
  readonly user: User
  readonly token: string
  readonly socket: Socket
  readonly inbox = new Inbox()
  readonly rest: Rest
  private readonly words: Words

  constructor(vocabulary: Vocabulary, socket: Socket, url: string, signedIn: SignedIn) {
    const { user, accessToken } = signedIn
    this.words = words[vocabulary === 'unsaid' ? '000' : vocabulary]
    this.signedIn = signedIn
    this.user = user
    this.token = accessToken
    this.socket = socket
    this.rest = new Rest(url, accessToken)
    socket.onAny((event: string, payload: unknown) => this.inbox.hear(event, payload))
    socket.on('disconnect', (reason) => this.inbox.hear('disconnect', { reason }))
  }

  /** The id of its user. */
  get id(): string {
    return this.user.id
  }

  joinRoom = (roomId: string) => this.say(this.words.joinRoom(roomId, this.user))
  leaveRoom = (roomId: string) => this.say(this.words.leaveRoom(roomId, this.user))
  sendMessage = (roomId: string, content: string, type?: string) =>
    this.say(this.words.sendMessage({ roomId, content, type }, this.user))
  editMessage = (messageId: string, content: string) =>
    this.say(this.words.editMessage({ messageId, content }, this.user))
  deleteMessage = (messageId: string) => this.say(this.words.deleteMessage({ messageId }, this.user))
  sendDirectMessage = (receiverId: string, content: string) =>
    this.say(this.words.sendDirectMessage({ receiverId, content }, this.user))
  startTyping = (roomId: string) => this.say(this.words.startTyping(roomId))
  stopTyping = (roomId: string) => this.say(this.words.stopTyping(roomId))

  /** Creates a room over REST, the only way in both documents; resolves with its id. */
  async createRoom(name: string, more: { description?: string; isPrivate?: boolean } = {}): Promise<string> {
    const { status, body } = await this.rest.post('/chat/rooms', { name, ...more })
    if (status !== 201) throw new Error(`POST /chat/rooms answered ${status}: ${JSON.stringify(body)}`)
    return String(body.id)
  }

  /** Joins a room, and resolves when the server has confirmed it. */
  async enterRoom(roomId: string): Promise<void> {
    this.joinRoom(roomId)
    await this.inbox.next('room:user-joined', { roomId, userId: this.id })
  }

  /** Sends a message, and resolves with its id when it has come back. */
  async sendAndHear(roomId: string, content: string): Promise<string> {
    this.sendMessage(roomId, content)
    return String((await this.inbox.next('message:new', { roomId, content })).id)
  }

  /** Resolves when this socket has received all that the server sent to it before this call. */
  async heardAll(): Promise<void> {
    fences += 1
    this.socket.emit('join', { rooms: [`fence ${fences}`] })
    await this.inbox.next('error', { message: `fence ${fences} is not a room` })
  }

  private say([event, ...rest]: unknown[]): void {
    this.socket.emit(String(event), ...rest)
  }
}

export interface Place {
  url: string
}

type ConnectOptions = Partial<ManagerOptions & SocketOptions>

/** How a client of this document connects: 001 at `/io` with the token in a header, others with it in `auth`. */
export const optionsOf = (vocabulary: Vocabulary, token: string): ConnectOptions =>
  vocabulary === '001'
    ? { path: '/io', transports: ['websocket', 'polling'], extraHeaders: { Authorization: `Bearer ${token}` } }
    : { auth: { token } }

/**
 * Connects as a client of this document does; resolves when its socket receives events, except for `unsaid`, which has
 * said nothing and may still miss some. Rejects if the server refuses.
 */
export async function connect(
  { url }: Place,
  vocabulary: Vocabulary,
  signedIn: SignedIn,
  options: ConnectOptions = {},
): Promise<Speaker> {
  const socket = io(url, { forceNew: true, ...optionsOf(vocabulary, signedIn.accessToken), ...options })
  const speaker = new Speaker(vocabulary, socket, url, signedIn)
  if (vocabulary === '001') {
    socket.on('connect', () => socket.emit('authenticate'))
    await speaker.inbox.next('authenticated')
  } else {
    await new Promise<void>((resolve, reject) => {
      socket.on('connect', () => resolve())
      socket.on('connect_error', reject)
    })
    // What it says decides its vocabulary.
    if (vocabulary === 'unsaid') return speaker
    // Nothing is answered before it hears what happens: connected alone, it could miss what others say now.
    const ended = new Promise<unknown>((resolve) => socket.once('disconnect', resolve))
    await Promise.race([socket.timeout(patience.waitMs).emitWithAck('leave', { rooms: ['no room'] }), ended])
  }
  return speaker
}
