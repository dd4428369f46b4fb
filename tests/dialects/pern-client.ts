import type { SignedIn } from '@parley/protocol'
import { patience } from '@parley/server/testing/patience'
import { io, type Socket } from 'socket.io-client'
import { afterEach } from 'vitest'
import { type Fields, Inbox } from './inbox.ts'
import { Rest, type RestAnswer } from './rest.ts'
import type { stage } from './stage.ts'

/** Somebody at a client written from the guide for PostgreSQL, Express, React and Node, in its words alone. */
export class PernClient {
  readonly id: string
  readonly username: string
  readonly socket: Socket
  readonly inbox = new Inbox()
  readonly rest: Rest

  constructor(url: string, { user, accessToken }: SignedIn, options: object = { auth: { token: accessToken } }) {
    this.id = user.id
    this.username = user.username
    this.rest = new Rest(url, accessToken)
    this.socket = io(url, { forceNew: true, reconnection: false, ...options })
    this.socket.onAny((event: string, payload: unknown) => this.inbox.hear(event, payload))
    this.socket.on('connect', () => this.inbox.hear('connect', {}))
    this.socket.on('connect_error', ({ message }) => this.inbox.hear('connect_error', { message }))
  }

  ask(event: string, ...argument: unknown[]): Promise<Fields> {
    return this.socket.timeout(patience.waitMs).emitWithAck(event, ...argument)
  }

  async send(conversationId: string, contentEncrypted: string): Promise<Fields> {
    const { success, data } = await this.ask('chat:message_send', { conversationId, contentEncrypted })
    if (success !== true) throw new Error('the message was not sent')
    return data as Fields
  }

  async data(answer: Promise<RestAnswer>): Promise<Fields> {
    const { status, body } = await answer
    if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`)
    return body.data as Fields
  }

  async openDirect(other: PernClient): Promise<string> {
    return String((await this.data(this.rest.post('/api/conversations/direct', { user_id: other.id }))).id)
  }

  async openGroup(title: string, ...others: PernClient[]): Promise<string> {
    const group = { title, participant_ids: others.map(({ id }) => id) }
    return String((await this.data(this.rest.post('/api/conversations/group', group))).id)
  }

  async history(conversationId: string, query = ''): Promise<Fields[]> {
    const answer = this.rest.get(`/api/messages/${conversationId}${query}`)
    return (await this.data(answer)) as unknown as Fields[]
  }

  /** Whatever the server sent to this socket before now has been heard after this. */
  async heardAll(): Promise<void> {
    await this.ask('chat:message_read', {})
  }
}

/** The people of a test, who have gone at its end. */
export function pernClients(on: ReturnType<typeof stage>) {
  const clients: PernClient[] = []
  afterEach(() => {
    for (const { socket } of clients.splice(0)) socket.close()
  })
  const make = (signedIn: SignedIn, options?: object): PernClient => {
    const client = new PernClient(on.server().url, signedIn, options)
    clients.push(client)
    return client
  }
  const arrive = async (signedIn: SignedIn, options?: object): Promise<PernClient> => {
    const client = make(signedIn, options)
    await client.inbox.next('connect')
    return client
  }
  return { make, arrive, come: async () => arrive(await on.signUp()) }
}
