import type { SignedIn } from '@parley/protocol'
import { patience } from '@parley/server/testing/patience'
import { io, type Socket } from 'socket.io-client'
import { type Fields, Inbox } from './inbox.ts'
import { Rest, type RestAnswer } from './rest.ts'

/** Somebody at a client written from the documents of the job market and of the guide for NestJS, in their words alone. */
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

  /** By their document: both ids, sorted, joined by a line. */
  roomWith(other: ConversationClient): string {
    return [this.id, other.id].sort().join('_')
  }

  sendMessage(conversationId: string, receiverId: string, text: string): void {
    this.socket.emit('send_message', { conversationId, receiverId, messageType: 'text', content: { text } })
  }

  /** Uploads a file as their page does, and gives the answer. */
  async upload(bytes: Uint8Array, name: string, type: string): Promise<RestAnswer> {
    const form = new FormData()
    form.append('file', new Blob([bytes as BlobPart], { type }), name)
    return this.rest.callWithForm('/api/common/upload', form)
  }

  ask(event: string, argument: unknown): Promise<Fields> {
    return this.socket.timeout(patience.waitMs).emitWithAck(event, argument)
  }

  /** Whatever the server sent to this socket before now has been heard after this. */
  async heardAll(): Promise<void> {
    await this.ask('get_online_status', { userId: this.id })
  }
}
