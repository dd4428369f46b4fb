import type { Message } from '@parley/protocol'
import { withConversation } from '../cache/held-conversation.ts'
import type { ChatError } from '../chat-error.ts'
import type { ClientContext } from '../client-context.ts'
import { applyMessage } from '../messages/message-rows.ts'
import type { SentMessage } from '../messages/pending-message.ts'
import { OutboxItem } from './outbox-item.ts'
import { OutboxPersistence } from './outbox-persistence.ts'
import { OutboxSender } from './outbox-sender.ts'
import type { OutboxEntry, OutboxNote, OutboxStorage, StoredOutbox } from './outbox-storage.ts'

type OutboxContext = Pick<ClientContext, 'store' | 'call' | 'signals' | 'environment' | 'logger'>

type Preparation = (entry: OutboxEntry) => Promise<ChatError | null> | undefined

/** Timeout for the leading tab's reply to a withdrawal. */
const withdrawalMs = 2_000

/**
 * Messages on their way: kept until they are acknowledged, sent one after the other in each conversation, and again
 * with the same id while it is not known what became of them; one that breaks the connection 4 times in a row fails. It
 * shows them in the state (`pending`). It sends nothing before `open`, only while online, and of several tabs in one.
 */
export class Outbox {
  readonly #context: OutboxContext
  /** In the order of sending. */
  readonly #items = new Map<string, OutboxItem>()
  readonly #sender: OutboxSender
  readonly #persistence: OutboxPersistence
  #prepare: Preparation | undefined
  #isLeading = false
  #isClosed = false
  /** How many readings of the storage are under way, and which entries were removed meanwhile. */
  #readings = 0
  readonly #takenOff = new Set<string>()
  /** The conversations in whose state this outbox has put rows. */
  readonly #shown = new Set<string>()
  /** Those who wait to hear whether a message could be withdrawn. */
  readonly #withdrawals = new Map<string, () => void>()

  constructor(context: OutboxContext, storage: OutboxStorage) {
    this.#context = context
    this.#persistence = new OutboxPersistence(storage, context.logger, () =>
      context.store.setState({ keepsUnsent: false }),
    )
    this.#sender = new OutboxSender(context, this.#items, {
      preparation: (entry) => this.#prepare?.(entry),
      isLeading: () => this.#isLeading,
      begun: (item) => this.#markSent(item),
      settle: (message) => this.#settle(message),
      fail: (item, problem) => this.#fail(item, problem),
      show: (conversationId) => this.#show(conversationId),
    })
    context.signals.on('changed', ({ messages = [] }) => this.#settleAll(messages))
    context.signals.on('entered', ({ conversationId }) => this.#show(conversationId))
  }

  /**
   * Sets what must be done before a message can leave; it waits for that, and those of its conversation behind it do. A
   * second call replaces the first. `prepare` returns undefined if nothing must be done; an error that is `final` makes
   * the message fail, and after others it is asked again.
   */
  prepareBy(prepare: Preparation): void {
    this.#prepare = prepare
  }

  /**
   * Takes what the user left unsent in this scope, and from now on keeps what they send. A scope that is open already
   * is only compared with the storage; another open one is closed, and the promises of its messages reject with
   * `closed`. Does nothing after `close`.
   */
  async open(scope: string): Promise<void> {
    // An opened storage would never be closed, and keep other tabs from sending.
    if (this.#isClosed) return
    if (this.#persistence.scope === scope) return this.#reconcile()
    if (this.#persistence.scope !== undefined) void this.#closeStorage()
    await this.#persistence.open(scope, (entries, stored) => this.#takeStored(entries, stored))
  }

  /** With true, sends what waits: give it only after the first sync of a connection. With false, starts no more. */
  setOnline(isOnline: boolean): void {
    this.#sender.setOnline(isOnline)
  }

  /**
   * Shows a message as pending, stores it, and sends it when it can leave; one that every server refuses fails at once.
   * Returns its handle at once. After `close` it does nothing but make the handle, whose `settled` rejects with
   * `closed`. Every message needs a new id.
   */
  add(entry: OutboxEntry): SentMessage {
    const item = new OutboxItem(entry, this.#context.store.getState().me?.id ?? '')
    if (this.#isClosed) {
      item.abandon()
      return item.handle(this)
    }
    this.#items.set(entry.id, item)
    this.#keep(item)
    this.#show(entry.conversationId)
    void this.#sender.send(entry.conversationId)
    return item.handle(this)
  }

  /** Queues a failed message again; does nothing for others. Resolves without waiting for the sending. */
  async retry(id: string): Promise<void> {
    const item = this.#items.get(id)
    if (item?.status !== 'failed') return
    item.queueAgain()
    this.#persistence.update(item)
    this.#persistence.announce({ kind: 'changed' })
    this.#show(item.entry.conversationId)
    void this.#sender.send(item.entry.conversationId)
  }

  /**
   * Withdraws a message that waits or failed, and resolves with true; an open `settled` rejects with `cancelled`. False
   * if there is none of this id, it may have been sent, the storage fails, or the tab that sends is silent for 2 s.
   */
  async cancel(id: string): Promise<boolean> {
    const item = this.#items.get(id)
    if (!item) return false
    if (this.#persistence.isShared && !this.#isLeading) await this.#askToWithdraw(id)
    else if (!item.mayHaveBeenSent) await this.#withdraw(item)
    return item.status === 'cancelled'
  }

  /** Only what the storage does not hold any more is withdrawn: the next tab would send it if this one crashed. */
  async #withdraw(item: OutboxItem): Promise<void> {
    const { id, conversationId } = item.entry
    item.heldBack = 'withdrawn'
    this.#show(conversationId)
    const isRemoved = await this.#persistence.remove(id)
    if (item.isOver) return
    if (isRemoved) {
      this.#forget(id, conversationId)
      item.cancel()
      this.#persistence.announce({ kind: 'cancelled', id })
    } else {
      item.heldBack = undefined
      this.#persistence.announce({ kind: 'kept', id })
      this.#show(conversationId)
      void this.#sender.send(conversationId)
    }
  }

  #askToWithdraw(id: string): Promise<void> {
    return new Promise((resolve) => {
      // Asked for twice, both get the answer.
      const before = this.#withdrawals.get(id)
      const end = () => {
        cancel()
        this.#withdrawals.delete(id)
        before?.()
        resolve()
      }
      const cancel = this.#context.environment.clock.after(withdrawalMs, end)
      this.#withdrawals.set(id, end)
      this.#persistence.announce({ kind: 'withdraw', id })
    })
  }

  #answerWithdrawal(id: string): void {
    if (!this.#isLeading) return
    const item = this.#items.get(id)
    if (item && !item.mayHaveBeenSent) void this.#withdraw(item)
    else this.#persistence.announce({ kind: 'kept', id })
  }

  /** The message is stored: by its acknowledgement, or because a change brought it. */
  #settle(message: Message): void {
    const item = this.#items.get(message.id)
    if (!item) return
    this.#drop(item)
    item.settle(message)
    this.#persistence.announce({ kind: 'settled', message, epoch: this.#context.store.getState().epoch })
  }

  #settleAll(messages: readonly Message[]): void {
    if (this.#items.size > 0) for (const message of messages) this.#settle(message)
  }

  /** Puts the rows of a conversation into the state. */
  #show(conversationId: string): void {
    if (this.#items.size === 0 && !this.#shown.has(conversationId)) return
    const rows = [...this.#items.values()]
      .filter((item) => item.heldBack !== 'withdrawn')
      .map((item) => item.row)
      .filter((row) => row.conversationId === conversationId)
    if (rows.length > 0) this.#shown.add(conversationId)
    else this.#shown.delete(conversationId)
    this.#context.store.setState(
      (state) =>
        withConversation(state, conversationId, (held) => {
          // Acknowledged ones whose predecessors are still on their way stay until the window reaches them.
          const acknowledged = held.pending.filter((row) => row.seq !== null && !this.#items.has(row.id))
          // A page or another tab may have brought the message before its acknowledgement came.
          const waiting = rows.filter((row) => !held.messages.some(({ id }) => id === row.id))
          const pending = [...acknowledged, ...waiting]
          const isSame = pending.length === held.pending.length && pending.every((row, i) => row === held.pending[i])
          return isSame ? held : { ...held, pending }
        }),
      true,
    )
  }

  /**
   * Sends no more, and resolves when the storage is closed; promises of unsent messages reject with `closed`.
   * `forgotten`: the scope in which all that is unsent is deleted, also if the server was never reached to open it.
   */
  async close(forgotten?: string): Promise<void> {
    this.#sender.setOnline(false)
    this.#isClosed = true
    for (const item of this.#items.values()) item.abandon()
    // A storage that is opening takes in what is unsent before it closes.
    await this.#persistence.idle()
    if (forgotten !== undefined) await this.#persistence.clear(forgotten)
    await this.#closeStorage()
  }

  #takeStored(entries: readonly OutboxEntry[], stored: StoredOutbox): void {
    const senderId = this.#context.store.getState().me?.id ?? ''
    const early = [...this.#items.values()]
    this.#items.clear()
    for (const entry of entries) this.#items.set(entry.id, new OutboxItem(entry, senderId, true))
    for (const item of early) {
      this.#items.set(item.entry.id, item)
      this.#keep(item)
    }
    stored.sharing?.listen((note) => this.#hear(note))
    if (stored.sharing) stored.sharing.lead(() => this.#lead(stored))
    else this.#lead(stored)
    this.#showAll()
  }

  #lead(stored: StoredOutbox): void {
    const begin = () => {
      if (!this.#persistence.holds(stored)) return
      this.#isLeading = true
      this.#sender.sendAll()
    }
    // Another tab may have sent or added something between our reading and our turn.
    if (stored.sharing) void this.#reconcile().then(begin)
    else begin()
  }

  #hear(note: OutboxNote): void {
    if (note.kind === 'changed') return void this.#reconcile()
    if (note.kind === 'withdraw') return void this.#answerWithdrawal(note.id)
    if (note.kind === 'settled') this.#hearSettled(note.message, note.epoch)
    else if (note.kind === 'cancelled') this.#hearCancelled(note.id)
    this.#withdrawals.get(note.kind === 'settled' ? note.message.id : note.id)?.()
  }

  #hearSettled(message: Message, epoch: string | null): void {
    const { store } = this.#context
    if (epoch === store.getState().epoch) store.setState((state) => applyMessage(state, message), true)
    const item = this.#items.get(message.id)
    this.#forget(message.id, message.conversationId)
    item?.settle(message)
  }

  #hearCancelled(id: string): void {
    const item = this.#items.get(id)
    // Where each tab sends for itself, it may be on its way here.
    if (item?.status === 'sending') return
    this.#forget(id, item?.entry.conversationId)
    item?.cancel()
  }

  #forget(id: string, conversationId: string | undefined): void {
    this.#items.delete(id)
    if (this.#readings > 0) this.#takenOff.add(id)
    if (conversationId !== undefined) this.#show(conversationId)
  }

  /** Makes the rows what the storage says, where other tabs write to it too. */
  async #reconcile(): Promise<void> {
    if (!this.#persistence.isShared) return
    this.#readings++
    await this.#persistence.read((entries) => this.#follow(entries))
    this.#readings--
    if (this.#readings === 0) this.#takenOff.clear()
    this.#showAll()
    this.#sender.sendAll()
  }

  #follow(given: readonly OutboxEntry[]): void {
    const entries = given.filter((entry) => !this.#takenOff.has(entry.id))
    const senderId = this.#context.store.getState().me?.id ?? ''
    for (const entry of entries) {
      const item = this.#items.get(entry.id)
      if (!item) this.#items.set(entry.id, new OutboxItem(entry, senderId, true))
      else if (!this.#persistence.isUpdating(entry.id)) item.follow(entry)
    }
    const ids = new Set(entries.map((entry) => entry.id))
    for (const item of this.#items.values()) {
      const isGone = item.isPersisted && !ids.has(item.entry.id)
      if (isGone && item.status !== 'sending' && !item.heldBack) void this.#findOut(item)
    }
  }

  /** Another tab removed this entry from the storage while this one slept: sent, or withdrawn? */
  async #findOut(item: OutboxItem): Promise<void> {
    item.heldBack = 'found out'
    if (await this.#sender.isMissingAtLast(item)) {
      this.#drop(item)
      item.cancel()
    }
  }

  /** A tab that takes over from this one must know that the message may have left. The sending does not wait for it. */
  #markSent(item: OutboxItem): void {
    if (item.entry.mayBeSent) return
    item.entry = { ...item.entry, mayBeSent: true }
    this.#persistence.update(item)
  }

  #fail(item: OutboxItem, problem: ChatError): void {
    item.fail(problem)
    this.#persistence.update(item)
    this.#persistence.announce({ kind: 'changed' })
    this.#show(item.entry.conversationId)
  }

  #keep(item: OutboxItem): void {
    this.#persistence.write(async (stored) => {
      // Settled or withdrawn before its turn to be written came. (An item of a closed client is still written.)
      if (item.isPersisted || item.isOver) return
      await stored.add(item.entry)
      item.isPersisted = true
    })
    this.#persistence.announce({ kind: 'changed' })
  }

  #drop(item: OutboxItem): void {
    const { id, conversationId } = item.entry
    this.#forget(id, conversationId)
    this.#persistence.write((stored) => stored.remove(id))
  }

  #showAll(): void {
    const waiting = [...this.#items.values()].map(({ entry }) => entry.conversationId)
    for (const conversationId of new Set([...this.#shown, ...waiting])) this.#show(conversationId)
  }

  /** The entries stay in the storage for the next time; what is here of them ends. */
  #closeStorage(): Promise<void> {
    this.#isLeading = false
    for (const item of this.#items.values()) item.abandon()
    this.#items.clear()
    return this.#persistence.leave()
  }
}
