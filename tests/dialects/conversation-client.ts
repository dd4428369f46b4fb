import type { SignedIn } from '@parley/protocol'
import { patience } from '@parley/server/testing/patience'
import { io, type Socket } from 'socket.io-client'
import { type Fields, Inbox } from './inbox.ts'
import { Rest, type RestAnswer } from './rest.ts'

/**
 * A client written from the documents of the job market (003) and of the guide for NestJS (002), in their words alone.
 * The constructor connects; `inbox` has all that it hears.
 */
export class ConversationClient {
  readonly id: string
  readonly signedIn: SignedIn
  readonly socket: Socket
  readonly inbox = new Inbox()
  readonly rest: Rest

  constructor(url: string, signedIn: SignedIn, options: object = { auth: { token: signedIn.accessToken } }) {
    const { user, accessToken } = signedIn
    this.signedIn = signedIn
    this.id = user.id
    this.rest = new Rest(url, accessToken)
    this.socket = io(url, { forceNew: true, reconnection: false, ...options })
    this.socket.onAny((event: string, payload: unknown) => this.inbox.hear(event, payload))
    this.socket.on('connect', () => this.inbox.hear('connect', {}))
    this.socket.on('disconnect', (reason) => this.inbox.hear('disconnect', { reason }))
    this.socket.on('connect_error', ({ message }) => this.inbox.hear('connect_error', { message }))
    // A client that connects by itself has begun to.
    this.socket.connect()
  }

  /** The id of the room with this person, by their document: both ids, sorted, joined by `_`. */
  roomWith(other: ConversationClient): string {
    return [this.id, other.id].sort().join('_')
  }

  /** Sends a text, and does not wait for an answer. */
  sendMessage(conversationId: string, receiverId: string, text: string): void {
    this.socket.emit('send_message', { conversationId, receiverId, messageType: 'text', content: { text } })
  }

  /** Uploads a file as their page does; resolves with the answer, also with a refusal. */
  async upload(bytes: Uint8Array, name: string, type: string): Promise<RestAnswer> {
    const form = new FormData()
    form.append('file', new Blob([bytes as BlobPart], { type }), name)
    return this.rest.callWithForm('/api/common/upload', form)
  }

  /** Emits an event, and resolves with its acknowledgement; rejects if there is none in time. */
  ask(event: string, argument: unknown): Promise<Fields> {
    return this.socket.timeout(patience.waitMs).emitWithAck(event, argument)
  }

  /** Resolves when this socket has received all that the server sent to it before this call. */
  async heardAll(): Promise<void> {
    await this.ask('get_online_status', { userId: this.id })
  }
}
