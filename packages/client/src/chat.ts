import type { EventName, Input, OperationName, Output, Payload } from '@parley/protocol'
import type { RecordName, StateListener } from './cache/entry-listeners.ts'
import type { ChatState, ChatStatus } from './chat-state.ts'
import type { FeatureApis } from './features.ts'
import type { OutboxStorage } from './outbox/outbox-storage.ts'

/** Ends what it was returned for, such as a subscription. */
export type Unsubscribe = () => void

/** How an operation can be given up. */
export interface CallOptions {
  /** Stops waiting for the answer (what was already sent may still happen). */
  signal?: AbortSignal
}

/** Why a token is asked for. */
export interface TokenRequest {
  /** A token that was refused or is about to end: the answer should be another one. */
  replacing?: string
}

/** Gets what helps to find a fault; `console` is one. */
export interface Logger {
  debug(message: string, details?: unknown): void
  warn(message: string, details?: unknown): void
}

/** What a chat needs to reach its server and to know its user. */
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
  /** Milliseconds to wait for a connection, and then for an answer; 15,000 if left out. */
  timeoutMs?: number
  /** How this program names itself to the server, such as `support-desk/2.1`. */
  client?: string
}

/** What can be asked over a socket: everything but opening a session, and what a backend does with its API key. */
export type CallName = Exclude<
  OperationName,
  | ('user.register' | 'session.create' | 'session.refresh' | 'passwordLink.use')
  | ('user.upsert' | 'user.upsertMany' | 'user.deactivate' | 'user.restore' | 'user.erase' | 'conversation.ensure')
>

/** The catalogue's events, and the client's own. */
export type ChatEvents = { [N in EventName]: Payload<N> } & { 'status.changed': { status: ChatStatus } }
/** The name of an event that `chat.on` hears, such as `message.created` or `status.changed`. */
export type ChatEventName = keyof ChatEvents

/** The state, to be read and subscribed to; only the client itself writes it. */
export interface ChatStore {
  getState(): ChatState
  getInitialState(): ChatState
  /** Calls the listener at every change of anything. */
  subscribe(listener: StateListener): Unsubscribe
  /**
   * Calls the listener when one entry of a record changes, comes or goes, such as one conversation, and at no other
   * change: what a change costs does not depend on how many other entries are listened to.
   *
   * @example
   * const stop = chat.store.subscribeTo('conversations', id, ({ conversations }) => show(conversations[id]))
   */
  subscribeTo(record: RecordName, id: string, listener: StateListener): Unsubscribe
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
export interface Chat extends FeatureApis {
  readonly store: ChatStore
  /**
   * Connects and resolves after the first sync; at once if the status is `online`. Rejects if the server refuses or the
   * chat is closed, not while the server cannot be reached. `signal` ends only this wait: the chat goes on connecting.
   * Where the next try waits, it is made now, as it is when a message is sent, but not before a time that the server
   * named.
   */
  connect(options?: CallOptions): Promise<void>
  /**
   * Brings everything up to date now: for an app that comes back to the foreground. Browsers need no call. If the
   * connection is lost meanwhile, resolves after the first sync of the next one. Rejects with a ChatError: before
   * `connect` with `timed_out`, after `close` with `closed`.
   */
  sync(): Promise<void>
  /**
   * Ends the connection for good; what is unsent stays in the storage. With `forget`, the id of a person who signs out,
   * what this device keeps of them is deleted: unsent messages, and the files of uploads. A second call does nothing.
   */
  close(options?: { forget?: string }): Promise<void>
  /**
   * Calls the listener at each event of this name, until the returned function is called. Errors of listeners go to the
   * logger.
   */
  on<N extends ChatEventName>(name: N, listener: (payload: ChatEvents[N]) => void): Unsubscribe
  /**
   * Runs any operation of the protocol once. Without a connection it waits for one, at most `timeoutMs`. Rejects with a
   * ChatError, or with the reason of an abort. Does not put the answer into the state; of a refusal it takes the
   * present rows (`ChatError.change`).
   */
  call<N extends CallName>(name: N, input: Input<N>, options?: CallOptions): Promise<Output<N>>
}
