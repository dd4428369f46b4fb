import type { Message } from '@parley/protocol'
import { ChatError, chatErrorOf } from '../chat-error.ts'
import type { ClientContext } from '../client-context.ts'
import { type Backoff, createBackoff } from '../connection/backoff.ts'
import { delay } from '../environment.ts'
import { applyMessage } from '../messages/message-rows.ts'
import type { OutboxItem } from './outbox-item.ts'
import type { OutboxEntry } from './outbox-storage.ts'
import { mostBreaks, nextToSend } from './sending-order.ts'

/** These say nothing against the message: it waits until the client is let in again. */
const aboutTheClient = new Set(['unauthenticated', 'upgrade_required'])

/** After so many answers of `internal`, a message is no longer thought to be merely unlucky. */
const mostInternalErrors = 8

/** Milliseconds before what must be done first is tried again. */
const afterFailureMs = 2_000

const brokeEachTime = 'The connection broke each time this message was sent.'

interface SenderHooks {
  /** What must be done before an entry can leave: with the reason if it never can; undefined if nothing must. */
  preparation(entry: OutboxEntry): Promise<ChatError | null> | undefined
  /** Is this the tab that sends? */
  isLeading(): boolean
  /** An item goes on its way now. */
  begun(item: OutboxItem): void
  /** The server has the message. */
  settle(message: Message): void
  /** The server refused the message, or it broke the connection each time. */
  fail(item: OutboxItem, problem: ChatError): void
  /** The status of items in a conversation changed. */
  show(conversationId: string): void
}

/**
 * Sends the items of an outbox, one after the other in each conversation and of several conversations side by side,
 * while it is online (see `setOnline`) and this is the tab that sends. Sends an item again until it is accepted or
 * refused; it fails also after 8 answers `internal`, or when the connection broke 4 times in a row. A lost connection
 * or a refused sign-in sets it offline. `hooks` get the outcomes; the owner must remove settled items from `items`.
 */
export class OutboxSender {
  readonly #context: Pick<ClientContext, 'store' | 'call' | 'environment'>
  /** The outbox's own, in the order of sending. */
  readonly #items: ReadonlyMap<string, OutboxItem>
  readonly #hooks: SenderHooks
  readonly #busy = new Set<string>()
  readonly #prepared = new WeakSet<OutboxItem>()
  #isOnline = false

  constructor(
    context: Pick<ClientContext, 'store' | 'call' | 'environment'>,
    items: ReadonlyMap<string, OutboxItem>,
    hooks: SenderHooks,
  ) {
    this.#context = context
    this.#items = items
    this.#hooks = hooks
  }

  /** With true, sends all that waits. With false, as at first, starts no more; what was sent still gets its answer. */
  setOnline(isOnline: boolean): void {
    this.#isOnline = isOnline
    if (isOnline) this.sendAll()
  }

  /**
   * Asks the server for the message; if the server has it, takes it into the state and settles it. True if the item is
   * still here and the server refuses the question, as for no such message; false also without a clear answer, as after
   * a lost connection. Never rejects.
   */
  async isMissing(item: OutboxItem): Promise<boolean> {
    const { store, call } = this.#context
    try {
      const { message } = await call('message.get', { messageId: item.entry.id })
      store.setState((state) => applyMessage(state, message), true)
      this.#hooks.settle(message)
      return false
    } catch (error) {
      const isRefused = error instanceof ChatError && error.final && !aboutTheClient.has(error.code)
      return isRefused && this.#items.has(item.entry.id)
    }
  }

  /**
   * Asks the server for the message, again and again, until the answer is clear. True if the server does not have it;
   * false once the item is settled or the outbox is closed.
   */
  async isMissingAtLast(item: OutboxItem): Promise<boolean> {
    const backoff = createBackoff(this.#context.environment.random)
    while (this.#items.get(item.entry.id) === item) {
      if (await this.isMissing(item)) return true
      if (this.#items.has(item.entry.id)) await this.#pause(backoff.next())
    }
    return false
  }

  /** Begins to send what waits in every conversation; does not wait for it. */
  sendAll(): void {
    for (const conversationId of new Set([...this.#items.values()].map((item) => item.entry.conversationId))) {
      void this.send(conversationId)
    }
  }

  #nextOf(conversationId: string): OutboxItem | undefined {
    if (!this.#isOnline || !this.#hooks.isLeading()) return undefined
    return nextToSend(this.#items.values(), conversationId)
  }

  /**
   * Sends what waits in a conversation, one after the other, until nothing waits or the connection is lost. Resolves at
   * once if this runs already for the conversation, or if nothing may leave, as while offline.
   */
  async send(conversationId: string): Promise<void> {
    if (this.#busy.has(conversationId)) return
    this.#busy.add(conversationId)
    const backoff = createBackoff(this.#context.environment.random)
    try {
      for (let item = this.#nextOf(conversationId); item; item = this.#nextOf(conversationId)) {
        const preparation = this.#prepared.has(item) ? undefined : this.#hooks.preparation(item.entry)
        if (preparation) {
          await this.#prepare(item, preparation)
          // It may have been withdrawn meanwhile, or the connection lost.
          continue
        }
        const wasSuspect = item.isSuspect
        await (item.breaks < mostBreaks ? this.#sendOne(item, backoff) : this.#giveUp(item, backoff))
        // Other conversations waited for a suspect, or one waits for them.
        if (wasSuspect || [...this.#items.values()].some(({ isSuspect }) => isSuspect)) this.sendAll()
      }
    } finally {
      this.#busy.delete(conversationId)
    }
  }

  /** What must be done before an item can leave. */
  async #prepare(item: OutboxItem, preparation: Promise<ChatError | null>): Promise<void> {
    const nothing = () => undefined
    // Once it is withdrawn, those behind it wait no longer.
    const problem = await Promise.race([preparation, item.settled.then(nothing, nothing)])
    if (problem === null) this.#prepared.add(item)
    else if (!problem || item.isOver) return
    else if (problem.final) this.#hooks.fail(item, problem)
    else await this.#pause(afterFailureMs)
  }

  async #sendOne(item: OutboxItem, backoff: Backoff): Promise<void> {
    const { store, call } = this.#context
    const { id, conversationId, type, body } = item.entry
    item.begin()
    this.#hooks.show(conversationId)
    this.#hooks.begun(item)
    try {
      const { message } = await call('message.send', { id, conversationId, type, body })
      backoff.reset()
      store.setState((state) => applyMessage(state, message), true)
      this.#hooks.settle(message)
    } catch (error) {
      const problem = chatErrorOf(error)
      // Gone: settled by a change that came before this answer. What the answer says of the server holds all the same.
      const isGone = !this.#items.has(id)
      if (!isGone && this.#isRefused(item, problem)) return this.#hooks.fail(item, problem)
      if (!isGone) item.wait(problem)
      this.#hooks.show(conversationId)
      if (problem.code === 'closed' || problem.code === 'disconnected' || aboutTheClient.has(problem.code)) {
        this.#isOnline = false
        return
      }
      await this.#pause(backoff.next(problem.retryAfterMs))
    }
  }

  /** The connection broke each time, yet the message may have arrived: a small question, which passes, tells. */
  async #giveUp(item: OutboxItem, backoff: Backoff): Promise<void> {
    if (await this.isMissing(item)) this.#hooks.fail(item, new ChatError('unavailable', brokeEachTime))
    else if (this.#items.has(item.entry.id)) await this.#pause(backoff.next())
  }

  #isRefused(item: OutboxItem, problem: ChatError): boolean {
    if (problem.code === 'internal') item.internalErrors++
    return (problem.final && !aboutTheClient.has(problem.code)) || item.internalErrors >= mostInternalErrors
  }

  #pause(ms: number): Promise<void> {
    return delay(this.#context.environment.clock, ms)
  }
}
