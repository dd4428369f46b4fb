import { abortable } from './abortable.ts'
import { Cache } from './cache/cache.ts'
import type { CacheSignals } from './cache/cache-signals.ts'
import { createEntryListeners } from './cache/entry-listeners.ts'
import { createStateStore } from './cache/state-store.ts'
import type { Chat, ChatEvents, ChatOptions } from './chat.ts'
import { ChatError, closedHere } from './chat-error.ts'
import type { ChatStatus } from './chat-state.ts'
import type { ClientContext } from './client-context.ts'
import { Connection } from './connection/connection.ts'
import { endpointsOf } from './connection/endpoints.ts'
import { createRequests } from './connection/requests.ts'
import { type Arrival, type OpenLine, openLine } from './connection/socket-line.ts'
import { createEmitter } from './emitter.ts'
import { type Environment, systemEnvironment } from './environment.ts'
import { createFeatures, type FeatureApis, features } from './features.ts'
import { indexedDbOutbox } from './outbox/indexed-db-outbox.ts'
import { Outbox } from './outbox/outbox.ts'
import { memoryOutbox } from './outbox/outbox-storage.ts'
import { type DurableArrival, Sync } from './sync/sync.ts'

const defaultTimeoutMs = 15_000
/** Focus and visibility change together: one sync is enough for both. */
const betweenWakesMs = 1_000

const isDurable = (arrival: Arrival): arrival is DurableArrival => 'rev' in arrival.payload

/**
 * Makes a chat with its own connection, state and outbox. It sends nothing before `connect`; until `close`, after which
 * it cannot connect again, it follows the page’s network and focus. `environment` replaces the clock, the random
 * numbers and these signals, for tests and for platforms without the browser’s events; `WebSocket`, its time limits and
 * `fetch` are always those of the platform. Throws a TypeError for an invalid `url`.
 *
 * @example
 * const chat = createChat({ url: location.origin, auth: sessions.accessToken })
 * chat.store.subscribe((state) => console.log(state.status))
 * await chat.connect()
 */
export function createChat(options: ChatOptions, environment: Partial<Environment> = {}): Chat {
  return createChatOver(openLine, options, environment)
}

/**
 * Makes a chat as `createChat` does, but `open` makes each of its connections: for the simulator, whose lines depend on
 * a seed alone. Requests over HTTP, such as those of uploads, still use `fetch`. Throws a TypeError for an invalid
 * `url`.
 */
export function createChatOver(open: OpenLine, options: ChatOptions, environment: Partial<Environment>): Chat {
  const client = new ChatClient(open, options, { ...systemEnvironment, ...environment })
  const { store, connect, sync, close, on, call, features } = client
  return { store, connect, sync, close, on, call, ...features }
}

/** Brings connection, sync, outbox and features together. */
class ChatClient implements Omit<Chat, keyof FeatureApis> {
  readonly store: Chat['store']
  readonly call: Chat['call']
  readonly on: Chat['on']
  readonly features: FeatureApis
  readonly #context: ClientContext
  readonly #connection: Connection
  readonly #sync: Sync
  readonly #outbox: Outbox
  readonly #api: string
  readonly #stopWaking: () => void
  #isClosed = false
  #wokenAt = 0

  constructor(open: OpenLine, options: ChatOptions, environment: Environment) {
    const { url, logger, timeoutMs = defaultTimeoutMs, client = 'parley-client' } = options
    const cache = new Cache(features)
    const store = createStateStore(cache.emptyState, logger)
    const events = createEmitter<ChatEvents>(logger)
    this.#connection = new Connection(
      { ...options, client, timeoutMs, logger, environment, openLine: open },
      {
        begin: () => this.#sync.pause(),
        hear: (arrival) => this.#hear(arrival),
        catchUp: () => this.#catchUp(),
        status: (status, problem) => this.#turn(status, problem),
      },
    )
    this.#api = endpointsOf(url).api
    this.store = {
      getState: store.getState,
      getInitialState: store.getInitialState,
      subscribe: store.subscribe,
      subscribeTo: createEntryListeners(store, logger),
    }
    this.call = async (name, input, callOptions) => {
      try {
        return await this.#connection.call(name, input, callOptions)
      } catch (error) {
        this.#takeTruth(error)
        throw error
      }
    }
    this.on = events.on
    const signals = createEmitter<CacheSignals>(logger)
    const requests = createRequests(options)
    signals.on('sent', () => this.#connection.hurry())
    const context = { store, cache, call: this.call, requests, events, signals, environment, logger }
    this.#context = context
    const first: Chat['call'] = (name, input, callOptions) => this.#connection.call(name, input, callOptions, true)
    this.#sync = new Sync(
      { ...context, call: first },
      {
        tell: (arrival) => this.#tell(arrival),
        silent: () => this.#connection.drop(),
      },
    )
    const storage = options.storage ?? (typeof indexedDB === 'undefined' ? memoryOutbox() : indexedDbOutbox())
    this.#outbox = new Outbox(context, storage)
    this.features = createFeatures(context, this.#outbox)
    store.subscribe(({ me }, before) => {
      if (me && me.id !== before.me?.id) this.#openOutbox(me.id)
    })
    this.#stopWaking = environment.onWake(() => this.#wake())
  }

  readonly connect: Chat['connect'] = async ({ signal } = {}) => {
    if (this.#isClosed) throw closedHere()
    signal?.throwIfAborted()
    this.#connection.open()
    this.#connection.hurry()
    if (this.store.getState().status !== 'online') await this.#isOnline(signal)
  }

  readonly sync: Chat['sync'] = async () => {
    this.#connection.hurry()
    try {
      await this.#sync.run()
    } catch (error) {
      if (!(error instanceof ChatError) || error.code !== 'disconnected') throw error
      // The next connection begins with a sync.
      await this.connect()
    }
  }

  readonly close: Chat['close'] = async ({ forget } = {}) => {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#stopWaking()
    this.#connection.close()
    this.#sync.pause()
    if (forget !== undefined) this.#context.signals.emit('forgotten', { userId: forget })
    await this.#outbox.close(forget === undefined ? undefined : this.#scopeOf(forget))
  }

  #isOnline(signal: AbortSignal | undefined): Promise<void> {
    return abortable(signal, (resolve, reject) =>
      this.store.subscribe(({ status, problem }) => {
        if (status === 'online') resolve()
        if (status === 'closed') reject(problem ?? closedHere())
      }),
    )
  }

  async #catchUp(): Promise<void> {
    await this.#sync.run()
    const { me } = this.store.getState()
    if (me) this.#openOutbox(me.id)
  }

  /**
   * Done as soon as it is known who this is, although a sync may take many answers: what is sent meanwhile must be
   * kept. Not awaited: a storage that hangs may delay what was left unsent, but not the rest of the chat.
   */
  #openOutbox(userId: string): void {
    void this.#outbox.open(this.#scopeOf(userId))
  }

  #scopeOf(userId: string): string {
    return `${this.#api} ${userId}`
  }

  #turn(status: ChatStatus, problem: ChatError | null): void {
    const { store, events } = this.#context
    const before = store.getState()
    if (before.status === status && before.problem === problem) return
    store.setState({ status, problem })
    this.#outbox.setOnline(status === 'online')
    if (before.status !== status) events.emit('status.changed', { status })
  }

  #wake(): void {
    const now = this.#context.environment.clock.now()
    if (Math.abs(now - this.#wokenAt) < betweenWakesMs) return
    this.#wokenAt = now
    this.#connection.hurry()
    if (this.store.getState().status === 'online') this.#sync.request()
  }

  /** A refusal may say what is true instead. */
  #takeTruth(error: unknown): void {
    const change = error instanceof ChatError ? error.change : null
    if (!change) return
    const { store, cache } = this.#context
    store.setState((state) => cache.applySideRows(state, change.conversationId, change), true)
  }

  #hear(arrival: Arrival): void {
    if (isDurable(arrival)) return void this.#sync.receive(arrival)
    if (arrival.name === 'sync.hinted') this.#sync.request()
    this.#tell(arrival)
  }

  /** The features registered their listeners first, so the state holds an event when an app hears it. */
  #tell(arrival: Arrival): void {
    // One name goes with one payload; the compiler cannot follow that through the union.
    this.#context.events.emit(arrival.name, arrival.payload as never)
  }
}
