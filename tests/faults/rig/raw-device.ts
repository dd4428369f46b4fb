import type { CallName } from '@parley/client'
import {
  type AccountChange,
  type ConversationChange,
  type EventName,
  type Input,
  type Membership,
  type Message,
  type Output,
  type Payload,
  PROTOCOL_VERSION,
  type Reply,
} from '@parley/protocol'
import { patience } from '@parley/server/testing/patience'
import { io, type Socket } from 'socket.io-client'
import type { Reading, Sent } from '../history/history.ts'
import { Device, toMembers, toRow } from './device.ts'

type Heard = { [N in EventName]: { name: N; payload: Payload<N> } }[EventName]

/**
 * A device that speaks the native protocol without the SDK, so that the server alone is tested. It reconnects at once,
 * for ever, and after every reconnect resends unacknowledged messages under the same ids.
 */
export class RawDevice extends Device {
  private socket: Socket | undefined
  private isClosed = false
  private token = ''
  private readonly outbox = new Map<string, Sent>()
  private position: { epoch?: string; rev?: number } = {}
  /** The users whose presence it watches. */
  watched: readonly string[] = []

  /** How many messages wait for their acknowledgement. */
  get waiting(): number {
    return this.outbox.size
  }

  /** Has it a connection now? */
  get isConnected(): boolean {
    return this.socket?.connected === true
  }

  /** Is a message on its way at this moment? */
  get isUnderWay(): boolean {
    return [...this.outbox.values()].some(({ transmissions }) => transmissions > 0)
  }

  override open(): Promise<void> {
    const socket = io(`http://127.0.0.1:${this.account.port}/v1`, {
      auth: (give) => {
        this.account.freshToken().then(
          (token) => {
            this.token = token
            give({ token, protocol: PROTOCOL_VERSION, client: 'fault-test/1.0' })
          },
          () => {
            socket.disconnect()
            this.connectAgain()
          },
        )
      },
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: 50,
      reconnectionDelayMax: 300,
      timeout: 2_000,
    })
    this.socket = socket
    socket.on('connect', () => void this.resume())
    socket.on('connect_error', (error) => {
      const isRefused = 'data' in error && (error.data as { code?: string }).code === 'unauthenticated'
      // A refusal of the namespace, unlike a lost connection, is not tried again by the client itself.
      if (!socket.active) void this.account.freshToken(isRefused ? this.token : undefined).catch(() => {})
      if (!socket.active) this.connectAgain()
    })
    socket.on('disconnect', (reason) => {
      // After a disconnect packet of the server, the client does not try again by itself, either.
      if (reason === 'io server disconnect') this.connectAgain()
    })
    socket.onAny((name, payload) => this.hear({ name, payload } as Heard))
    return new Promise((resolve) => socket.once('connect', resolve))
  }

  override async close(): Promise<void> {
    this.isClosed = true
    this.socket?.disconnect()
  }

  /** Connects again where Socket.IO's client has given up. */
  private connectAgain(): void {
    setTimeout(() => {
      if (!this.isClosed) this.socket?.connect()
    }, 100)
  }

  override say(conversationId: string, text = this.nextText): Sent {
    const sent = this.begin(messageId(), conversationId, text)
    this.transmit(sent)
    return sent
  }

  private transmit(sent: Sent): void {
    this.outbox.set(sent.id, sent)
    const { socket } = this
    // Socket.IO would buffer it while it is offline, and send it in addition to our own resend.
    if (!socket?.connected) return
    if (sent.transmissions > 0) this.recorder.resends += 1
    sent.transmissions += 1
    const { id, conversationId, text } = sent
    const input = { conversationId, id, body: { kind: 'plain', text } }
    socket.emit('message.send', input, (reply: Reply<Output<'message.send'>>) => this.settle(sent, reply))
  }

  override async ask<N extends CallName>(name: N, input: Input<N>): Promise<Reply<Output<N>>> {
    if (!this.socket?.connected) throw new Error('There is no connection.')
    return this.socket.timeout(patience.waitMs).emitWithAck(name, input)
  }

  override async catchUp(): Promise<void> {
    await this.sync()
  }

  override async read(conversationId: string): Promise<Reading> {
    const rows: Message[] = []
    for (let more = true; more; ) {
      const page = await this.demand('message.page', { conversationId, after: rows.at(-1)?.seq ?? 0, limit: 100 })
      rows.push(...page.messages)
      more = page.hasAfter
    }
    const memberships: Membership[] = []
    for (let more = true; more; ) {
      const page = await this.demand('membership.list', { conversationId, after: memberships.at(-1)?.userId })
      memberships.push(...page.memberships)
      more = page.hasMore
    }
    const { summary } = await this.demand('conversation.get', { conversationId })
    const mine = summary.memberships.find(({ userId }) => userId === this.userId)
    const { deviceId, userId: readerId } = this
    const { rev, unread } = summary
    const [readSeq, joinedSeq] = [mine?.readSeq ?? 0, mine?.joinedSeq ?? 0]
    const members = toMembers(memberships)
    return { deviceId, readerId, conversationId, rev, rows: rows.map(toRow), members, readSeq, joinedSeq, unread }
  }

  private async demand<N extends CallName>(name: N, input: Input<N>): Promise<Output<N>> {
    const reply = await this.ask(name, input)
    if (!reply.ok) throw new Error(`${this.deviceId}: ${name}: ${reply.error.code}: ${reply.error.message}`)
    return reply.data
  }

  /** Begins every connection: a sync, then the unacknowledged messages. */
  private async resume(): Promise<void> {
    try {
      await this.sync()
      if (this.watched.length > 0) await this.ask('presence.watch', { userIds: [...this.watched] })
    } catch {
      // The connection was lost again, and the next one does all of this anew.
    }
    for (const sent of this.outbox.values()) this.transmit(sent)
  }

  private async sync(): Promise<void> {
    const { deviceId, recorder, position } = this
    const invokedStep = recorder.next()
    const reply = await this.ask('sync.run', { ...position })
    if (!reply.ok) return this.judge('sync.run', reply)
    const { epoch, reset: isReset, account, changes } = reply.data
    const isFirst = position.epoch === undefined
    recorder.history.syncs.push({ deviceId, epoch, isReset: isReset && !isFirst, invokedStep, step: recorder.next() })
    this.position = { epoch, rev: account.rev }
    recorder.heardAccount(this, account)
    for (const change of changes) recorder.heard(this, change)
  }

  private settle(sent: Sent, reply: Reply<Output<'message.send'>>): void {
    const { recorder, outbox } = this
    if (reply.ok) {
      sent.acknowledgements.push({ seq: reply.data.message.seq, step: recorder.next() })
      outbox.delete(sent.id)
    } else if (reply.error.code === 'not_found') {
      sent.refusal = reply.error.code
      outbox.delete(sent.id)
    } else {
      this.judge('message.send', reply)
      setTimeout(() => this.transmit(sent), reply.error.retryAfterMs ?? 200)
    }
  }

  private hear(heard: Heard): void {
    const { recorder, userId: hearerId } = this
    if (heard.name === 'session.expiring') this.renew()
    else if (heard.name === 'sync.hinted') this.sync().catch(() => {})
    else if (heard.name === 'account.updated') this.hearAccount(heard.payload)
    else if (heard.name === 'typing.updated') {
      const { userId: aboutUserId, conversationId, isTyping } = heard.payload
      const signal = { kind: 'typing', hearerId, aboutUserId, conversationId, value: 'typing' } as const
      if (isTyping) recorder.history.signals.push({ ...signal, step: recorder.next() })
    } else if (heard.name === 'receipt.updated') {
      const { conversationId, receipts } = heard.payload
      for (const { userId: aboutUserId, readSeq } of receipts.filter((receipt) => receipt.readSeq > 0)) {
        const signal = { kind: 'receipt', hearerId, aboutUserId, conversationId, value: `read ${readSeq}` } as const
        recorder.history.signals.push({ ...signal, step: recorder.next() })
      }
    } else if (heard.name === 'presence.updated') {
      const { userId: aboutUserId, status: value } = heard.payload
      this.hearPresence(aboutUserId, value)
    } else if ('rev' in heard.payload) recorder.heard(this, heard.payload as ConversationChange)
  }

  private hearAccount(change: AccountChange): void {
    // An event of another node may come late: a client ignores revs that it already holds.
    if (change.rev <= (this.position.rev ?? 0)) return
    this.position.rev = change.rev
    this.recorder.heardAccount(this, change)
  }

  private hearPresence(aboutUserId: string, value: string): void {
    this.onPresence(aboutUserId, value)
    // Connections come and go by themselves; only a chosen status is an act of the user.
    if (value !== 'busy' && value !== 'away') return
    const signal = { kind: 'presence', hearerId: this.userId, aboutUserId, conversationId: null, value } as const
    this.recorder.history.signals.push({ ...signal, step: this.recorder.next() })
  }

  /** Called with every presence event. */
  onPresence: (userId: string, status: string) => void = () => {}

  private renew(): void {
    this.account.freshToken(this.token).then(
      (accessToken) => {
        this.token = accessToken
        this.socket?.emit('session.renew', { accessToken }, () => {})
      },
      // The server is down: the next connection fetches a fresh token anyway.
      () => {},
    )
  }
}

let made = 0

/** A UUIDv7 of this process. */
const messageId = () => {
  made += 1
  const time = Date.now().toString(16).padStart(12, '0')
  const place = process.pid.toString(16).padStart(6, '0').slice(-6)
  const tail = made.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${place.slice(0, 3)}-8${place.slice(3)}-${tail}`
}
