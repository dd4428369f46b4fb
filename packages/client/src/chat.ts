import type {
  Body,
  Conversation,
  EventName,
  Input,
  Membership,
  Message,
  OperationName,
  Output,
  Payload,
  Presence,
  PresenceStatus,
  Session,
  User,
} from '@parley/protocol'
import type { ChatState, ChatStatus, PendingStatus, SendableType } from './chat-state.ts'
import type { OutboxStorage } from './outbox/outbox-storage.ts'

export type Unsubscribe = () => void

export interface CallOptions {
  /** Stops waiting for the answer (what was already sent may still happen). */
  signal?: AbortSignal
}

/** Why a token is asked for. */
export interface TokenRequest {
  /** A token that was refused or is about to end: the answer should be another one. */
  replacing?: string
}

export interface Logger {
  debug(message: string, details?: unknown): void
  warn(message: string, details?: unknown): void
}

export interface ChatOptions {
  /** Where the server is, such as `https://chat.example.org`; a path in it is kept. */
  url: string
  /**
   * The access token, or what fetches one. Asked before each connection and when a token is about to end. Omit for
   * cookie authentication; the cookie is checked on each connection.
   */
  auth?: string | ((request: TokenRequest) => Promise<string>)
  /** Where unsent messages are kept. IndexedDB in browsers, otherwise memory. */
  storage?: OutboxStorage
  logger?: Logger
  /** Milliseconds to wait for an answer; 15,000 if left out. */
  timeoutMs?: number
  /** How this program names itself to the server, such as `support-desk/2.1`. */
  client?: string
}

/** What can be asked over a socket: everything but opening a session. */
export type CallName = Exclude<OperationName, 'user.register' | 'session.create' | 'session.refresh'>

/** The catalogue's events, and the client's own. */
export type ChatEvents = { [N in EventName]: Payload<N> } & { 'status.changed': { status: ChatStatus } }
export type ChatEventName = keyof ChatEvents

/** The state, to be read and subscribed to; only the client itself writes it. */
export interface ChatStore {
  getState(): ChatState
  getInitialState(): ChatState
  subscribe(listener: (state: ChatState, previous: ChatState) => void): Unsubscribe
}

/**
 * One person's chat on one device.
 *
 * @example
 * const chat = createChat({ url: 'https://chat.example.org', auth: () => sessions.accessToken() })
 * await chat.connect()
 * const { id } = await chat.conversations.openDirect({ userId: 'bob' })
 * await chat.messages.send(id, 'Hello').settled
 */
export interface Chat {
  readonly store: ChatStore
  /** Connects and resolves after the first sync. Rejects if the server refuses, not while it cannot be reached. */
  connect(options?: CallOptions): Promise<void>
  /** Brings everything up to date now: for an app that comes back to the foreground. Browsers need no call. */
  sync(): Promise<void>
  /** Ends the connection for good; what is unsent stays in the storage. */
  close(): Promise<void>
  on<N extends ChatEventName>(name: N, listener: (payload: ChatEvents[N]) => void): Unsubscribe
  /** Any operation of the protocol; throws a ChatError. */
  call<N extends CallName>(name: N, input: Input<N>, options?: CallOptions): Promise<Output<N>>

  readonly conversations: Conversations
  readonly memberships: Memberships
  readonly messages: Messages
  readonly receipts: Receipts
  readonly typing: Typing
  readonly presence: PresenceWatch
  readonly users: Users
  readonly sessions: OwnSessions
}

export interface Conversations {
  /** Reads the list again. After `connect` the state already holds every conversation. */
  list(input?: Input<'conversation.list'>, options?: CallOptions): Promise<Conversation[]>
  create(input: Input<'conversation.create'>, options?: CallOptions): Promise<Conversation>
  openDirect(input: Input<'conversation.openDirect'>, options?: CallOptions): Promise<Conversation>
  discover(
    input?: Input<'conversation.discover'>,
    options?: CallOptions,
  ): Promise<Output<'conversation.discover'>['rooms']>
  get(conversationId: string, options?: CallOptions): Promise<Conversation>
  update(
    conversationId: string,
    changes: Omit<Input<'conversation.update'>, 'conversationId'>,
    options?: CallOptions,
  ): Promise<Conversation>
}

export interface Memberships {
  /** Joins a public room or accepts an invitation; the conversation is in the state when this resolves. */
  join(conversationId: string, options?: CallOptions): Promise<Membership>
  /** Leaves a room or declines an invitation; the conversation is gone from the state when this resolves. */
  leave(conversationId: string, options?: CallOptions): Promise<Membership>
  /** Invites; each person must accept. */
  invite(conversationId: string, userIds: string[], options?: CallOptions): Promise<Membership[]>
  /** Adds without asking. */
  add(conversationId: string, userIds: string[], options?: CallOptions): Promise<Membership[]>
  remove(conversationId: string, userId: string, options?: CallOptions & { ban?: boolean }): Promise<Membership>
  setRole(conversationId: string, userId: string, role: Membership['role'], options?: CallOptions): Promise<Membership>
  /** Loads the whole member list once; afterwards it is kept up to date. */
  loadAll(conversationId: string, options?: CallOptions): Promise<void>
}

/** A message on its way. */
export interface SentMessage {
  /** The final id, also of the row in `pending` and of the stored message. */
  readonly id: string
  readonly status: PendingStatus | 'sent' | 'cancelled'
  /** The stored message; rejects with a ChatError if it was refused, cancelled, or the chat was closed. `retry` starts a new promise. */
  readonly settled: Promise<Message>
  retry(): Promise<void>
  cancel(): Promise<boolean>
}

export interface PageOptions extends CallOptions {
  /** How many messages, 1..100; 50 if left out. */
  limit?: number
}

export interface Messages {
  /**
   * Shows the message at once and sends it as soon as possible, once, in order. Never throws for being offline. One that
   * no server takes (blank, too long, half a character) fails at once with `invalid_input`, and no other waits for it.
   */
  send(conversationId: string, content: string | Body, options?: { type?: SendableType }): SentMessage
  /** Sends a failed message again, by its id (also one from before a reload). */
  retry(messageId: string): Promise<void>
  /** Withdraws a queued or failed message; false if it may already be on its way. */
  cancel(messageId: string): Promise<boolean>
  edit(messageId: string, content: string | Body, options?: CallOptions): Promise<Message>
  delete(messageId: string, options?: CallOptions): Promise<Message>
  /** Moves the window to the newest page; keeps what is held if it already ends there. */
  loadLatest(conversationId: string, options?: PageOptions): Promise<void>
  /** Adds the page before the window. */
  loadOlder(conversationId: string, options?: PageOptions): Promise<void>
  /** Adds the page after the window. */
  loadNewer(conversationId: string, options?: PageOptions): Promise<void>
  /** Moves the window so that it holds the place `seq`; keeps what is held if it is in there. */
  loadAround(conversationId: string, seq: number, options?: PageOptions): Promise<void>
}

export interface Receipts {
  /**
   * Everything up to `seq` was read. Counts at once in the state, is sent at most every 300 ms per conversation, and
   * never goes back. That messages were delivered is reported by the client itself.
   */
  markRead(conversationId: string, seq: number): void
}

export interface Typing {
  /** Call on every keystroke; sent at most every 2 s. */
  keystroke(conversationId: string): void
  /** The text was emptied or put aside. Sending a message does this by itself. */
  stop(conversationId: string): void
}

export interface PresenceWatch {
  /** How you want to appear; `offline` hides you. Repeated after a reconnect. */
  set(status: PresenceStatus, options?: CallOptions): Promise<Presence>
  /** Keeps the presence of these people up to date in the state until unsubscribed; at most 500 in all. */
  watch(userIds: readonly string[]): Unsubscribe
}

export interface Users {
  me(options?: CallOptions): Promise<User>
  search(query: string, options?: CallOptions & { limit?: number }): Promise<User[]>
  get(userId: string, options?: CallOptions): Promise<User>
  update(changes: Input<'user.update'>, options?: CallOptions): Promise<User>
}

export interface OwnSessions {
  list(options?: CallOptions): Promise<Session[]>
  revoke(sessionId: string, options?: CallOptions): Promise<void>
  changePassword(input: Input<'user.changePassword'>, options?: CallOptions): Promise<void>
}
