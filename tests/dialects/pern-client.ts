import type { SignedIn } from '@parley/protocol'
import { patience } from '@parley/server/testing/patience'
import { io, type Socket } from 'socket.io-client'
import { afterEach } from 'vitest'
import { type Fields, Inbox } from './inbox.ts'
import { Rest, type RestAnswer } from './rest.ts'
import type { stage } from './stage.ts'

/**
 * A client written from the guide for PostgreSQL, Express, React and Node (004), in its words alone. The constructor
 * connects; `inbox` has all that it hears.
 */
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

  /** Emits an event, and resolves with its acknowledgement; rejects if there is none in time. */
  ask(event: string, ...argument: unknown[]): Promise<Fields> {
    return this.socket.timeout(patience.waitMs).emitWithAck(event, ...argument)
  }

  /** Sends a message; resolves with the stored one, rejects if it is refused. */
  async send(conversationId: string, contentEncrypted: string): Promise<Fields> {
    const { success, data } = await this.ask('chat:message_send', { conversationId, contentEncrypted })
    if (success !== true) throw new Error('the message was not sent')
    return data as Fields
  }

  /** The `data` of an answer over REST; rejects for a status from 300 on. */
  async data(answer: Promise<RestAnswer>): Promise<Fields> {
    const { status, body } = await answer
    if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`)
    return body.data as Fields
  }

  /** Opens the direct conversation with this person; resolves with its id. */
  async openDirect(other: PernClient): Promise<string> {
    return String((await this.data(this.rest.post('/api/conversations/direct', { user_id: other.id }))).id)
  }

  /** Opens a group with these people; resolves with its id. */
  async openGroup(title: string, ...others: PernClient[]): Promise<string> {
    const group = { title, participant_ids: others.map(({ id }) => id) }
    return String((await this.data(this.rest.post('/api/conversations/group', group))).id)
  }

  /** A page of messages, as the query selects it. */
  async history(conversationId: string, query = ''): Promise<Fields[]> {
    const answer = this.rest.get(`/api/messages/${conversationId}${query}`)
    return (await this.data(answer)) as unknown as Fields[]
  }

  /** Resolves when this socket has received all that the server sent to it before this call. */
  async heardAll(): Promise<void> {
    await this.ask('chat:message_read', {})
  }
}

/**
 * Clients of document 004 on a stage, which are closed after each test: `make` returns one at once, `arrive` when it is
 * connected, and `come` a connected one of a new user.
 */
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
