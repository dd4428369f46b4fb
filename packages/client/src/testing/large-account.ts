import type {
  ConversationChange,
  ConversationSummary,
  Hiding,
  Membership,
  Message,
  Output,
  SideRows,
  User,
} from '@parley/protocol'
import type { CallName, Chat } from '../chat.ts'
import { createChatOver } from '../chat-client.ts'
import type { Arrival, Line, OpenLine } from '../connection/socket-line.ts'
import { groupConversations, sumOfConversations } from '../conversations/conversation-lists.ts'
import type { Clock } from '../environment.ts'
import { memoryOutbox } from '../outbox/outbox-storage.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** As many as a server puts into one answer, about. */
const piece = 190

const userOf = (id: string): User => ({ id, username: id, displayName: id, avatarUrl: null, role: 'user' })
const noSideRows: SideRows = { users: [], attachments: [], tallies: [], offers: [] }

interface Room {
  id: string
  kind: 'direct' | 'room'
  rev: number
  seq: number
  name: string
  membershipRev: number
}

/**
 * A chat of a person in many conversations, half of them with one person each, and the server's side of its line: it answers
 * at once, and lets happen what a test asks for. No time passes here, so that what the client does can be counted.
 */
export class LargeAccount {
  readonly chat: Chat
  readonly count: number
  readonly #rooms: Room[]
  readonly #timers = new Set<() => void>()
  #accountRev: number
  #hear: (arrival: Arrival) => void = () => {}

  private constructor(count: number) {
    this.count = count
    this.#accountRev = count
    this.#rooms = Array.from({ length: count }, (_, at) => {
      const kind = at % 2 === 0 ? 'direct' : 'room'
      return { id: `c${at}`, kind, rev: 1, seq: 1, name: `Room ${at}`, membershipRev: 1 }
    })
    const clock: Clock = {
      now: () => 0,
      after: (_, run) => {
        this.#timers.add(run)
        return () => void this.#timers.delete(run)
      },
    }
    const options = { url: 'http://nowhere.invalid', auth: 'token', storage: memoryOutbox() }
    this.chat = createChatOver(this.#open, options, { clock, random: () => 0.5, onWake: () => () => {} })
  }

  /** Connects; resolves when the whole account is held. */
  static async open(count: number): Promise<LargeAccount> {
    const account = new LargeAccount(count)
    await account.chat.connect()
    await account.settle()
    return account
  }

  /** Follows the chat as a page does that shows a list: its groups, what waits, and the conversations that are in sight. */
  follow(): void {
    const { store } = this.chat
    const list = groupConversations({
      groups: ['unread', 'direct', 'room'],
      groupOf: ({ unread, conversation }) => (unread > 0 ? 'unread' : conversation.kind),
    })
    const unread = sumOfConversations((held) => held.unread)
    store.subscribe((state) => void [list(state), unread(state)])
    for (const { id } of this.#rooms.slice(0, 30)) store.subscribeTo('conversations', id, () => {})
  }

  /** Lets everything that is under way come to its end, timers included. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; quiet++) {
      await turn()
      for (const run of [...this.#timers]) {
        quiet = 0
        this.#timers.delete(run)
        run()
      }
    }
  }

  /** What happens now and then, each in the conversation at a place. Where it brings a promise, the client itself acts. */
  readonly changes: Record<string, (at: number) => unknown> = {
    'a message arrives': (at) => this.#say(at, false),
    'a message is sent': (at) => this.chat.messages.send(this.#room(at).id, 'Hello').settled,
    'what arrived is read': (at) => this.chat.receipts.markRead(this.#room(at).id, this.#room(at).seq),
    'another person takes a new name': (at) => this.#say(at, true),
    'a room is renamed': (at) => this.#rename(at),
    'a conversation is hidden': (at) => this.#hide(at),
    'a room is left and entered again': (at) => this.#leaveAndReturn(at),
  }

  readonly #open: OpenLine = async (_, hear) => {
    this.#hear = hear
    return { ended: new Promise(() => {}), drop: () => {}, call: this.#call }
  }

  readonly #call: Line['call'] = async (name, input) =>
    structuredClone(this.#answerTo(name, input as { rev?: number; conversationId?: string; seq?: number })) as never

  #answerTo(name: CallName, input: { rev?: number; conversationId?: string; seq?: number; id?: string }): unknown {
    const at = Number(input.conversationId?.slice(1) ?? Number.NaN)
    if (name === 'sync.run') return this.#sync(input.rev)
    if (name === 'conversation.list') return { summaries: this.#rooms.slice(-50).map((room) => this.#summary(room)) }
    if (name === 'conversation.get') return { summary: this.#summary(this.#room(at)) }
    if (name === 'message.send') return this.#send(at, input.id ?? '')
    return { receipt: { userId: 'me', readSeq: 0, deliveredSeq: input.seq ?? 0 } }
  }

  #sync(since: number | undefined): Output<'sync.run'> {
    const from = Math.min(since ?? 0, this.count)
    const rooms = this.#rooms.slice(from, from + piece)
    const hasMore = from + piece < this.count
    const summaries = rooms.map((room) => this.#summary(room))
    const rev = hasMore ? from + piece : this.#accountRev
    const memberships = rooms.map((room) => this.#own(room))
    const account = { rev, user: userOf('me'), memberships, summaries, users: [] }
    return { epoch: 'e', reset: since === undefined, account, changes: [], resets: [], hasMore }
  }

  #room(at: number): Room {
    const room = this.#rooms[at]
    if (!room) throw new Error(`There is no conversation ${at}.`)
    return room
  }

  #summary(room: Room): ConversationSummary {
    const at = room.id.slice(1)
    const other = this.#membership(room, `u${at}`)
    return {
      conversation: this.#conversation(room),
      rev: room.rev,
      lastSeq: room.seq,
      memberships: room.kind === 'direct' ? [this.#own(room), other] : [this.#own(room)],
      lastMessage: this.#message(room, `m${at}.${room.seq}`, `u${at}`),
      unread: 0,
      ...noSideRows,
      users: [userOf(`u${at}`)],
    }
  }

  #conversation({ id, kind, name, rev }: Room) {
    const fixed = { visibility: 'private', topic: null, context: null, createdBy: 'me', createdAt: 0 } as const
    return { id, kind, name: kind === 'room' ? name : null, rev, ...fixed }
  }

  #own(room: Room): Membership {
    return { ...this.#membership(room, 'me'), readSeq: room.seq, deliveredSeq: room.seq }
  }

  #membership({ id, membershipRev }: Room, userId: string): Membership {
    const fixed = { role: 'member', state: 'active', readSeq: 0, deliveredSeq: 0, joinedAt: 0, joinedSeq: 0 } as const
    return { conversationId: id, userId, ...fixed, rev: membershipRev }
  }

  #message({ id: conversationId, seq, rev }: Room, id: string, senderId: string): Message {
    const body = { kind: 'plain', text: `text ${seq}` } as const
    return {
      id,
      conversationId,
      seq,
      rev,
      senderId,
      type: 'text',
      body,
      createdAt: seq,
      editedAt: null,
      deletedAt: null,
    }
  }

  #change(at: number, rows: Partial<ConversationChange>): ConversationChange {
    const { id, rev } = this.#room(at)
    return { conversationId: id, rev, ...rows }
  }

  #advance(at: number): Room {
    const room = this.#room(at)
    room.rev++
    room.seq++
    return room
  }

  #say(at: number, isRenamed: boolean): void {
    const room = this.#advance(at)
    const sender = userOf(`u${at}`)
    const users = [isRenamed ? { ...sender, displayName: `${sender.displayName} ${room.rev}` } : sender]
    const messages = [this.#message(room, `m${at}.${room.seq}`, sender.id)]
    this.#hear({ name: 'message.created', payload: this.#change(at, { messages, users }) })
  }

  #send(at: number, id: string): { message: Message } {
    const message = this.#message(this.#advance(at), id, 'me')
    this.#hear({ name: 'message.created', payload: this.#change(at, { messages: [message], users: [userOf('me')] }) })
    return { message }
  }

  #rename(at: number): void {
    const room = this.#room(at)
    room.rev++
    room.name = `Room ${at} at ${room.rev}`
    this.#hear({ name: 'conversation.updated', payload: this.#change(at, { conversation: this.#conversation(room) }) })
  }

  #hide(at: number): void {
    const { id: conversationId, seq: upToSeq } = this.#room(at)
    const hiding: Hiding = { conversationId, upToSeq, removed: false, rev: ++this.#accountRev }
    const payload = { rev: this.#accountRev, memberships: [], summaries: [], hidings: [hiding] }
    this.#hear({ name: 'account.updated', payload })
  }

  #leaveAndReturn(at: number): void {
    const room = this.#room(at)
    room.membershipRev = ++room.rev
    const left: Membership = { ...this.#own(room), state: 'left' }
    this.#hear({ name: 'account.updated', payload: { rev: ++this.#accountRev, memberships: [left], summaries: [] } })
    room.membershipRev = ++room.rev
    const payload = { rev: ++this.#accountRev, memberships: [this.#own(room)], summaries: [this.#summary(room)] }
    this.#hear({ name: 'account.updated', payload })
  }
}
