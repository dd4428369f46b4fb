import { setTimeout as wait } from 'node:timers/promises'
import { type CallName, type Chat, ChatError, createChat } from '@parley/client'
import type { ConversationChange, DurableEventName, Input, Output, Reply } from '@parley/protocol'
import { patience } from '@parley/server/testing/patience'
import type { Reading, Sent } from '../history/history.ts'
import { Device, toMembers, toRow } from './device.ts'

const changeNames = [
  'conversation.updated',
  'membership.joined',
  'membership.left',
  'membership.updated',
  'message.created',
  'message.updated',
  'message.deleted',
] as const satisfies readonly DurableEventName[]

/** A device with the real SDK, as an application uses it. Its state at the end is what its user would see. */
export class SdkDevice extends Device {
  private chat: Chat | undefined
  private unsettled = 0

  /** How many messages are not settled yet. */
  get waiting(): number {
    return this.unsettled
  }

  /** Is its status `online`? */
  get isConnected(): boolean {
    return this.using.store.getState().status === 'online'
  }

  override async open(): Promise<void> {
    const { account, recorder } = this
    const chat = createChat({
      url: `http://127.0.0.1:${account.port}`,
      auth: ({ replacing }) => account.freshToken(replacing),
      timeoutMs: 5_000,
    })
    this.chat = chat
    for (const name of changeNames) chat.on(name, (change: ConversationChange) => recorder.heard(this, change))
    // The user's own read positions are recorded from the state, as the user sees them.
    chat.on('account.updated', (change) => recorder.heardAccount(this, { ...change, memberships: [] }))
    // First, so that a new epoch is recorded before the read positions of that state.
    this.watchEpoch(chat)
    this.watchMarks(chat)
    this.listenToSignals(chat)
    await chat.connect()
    // From here on the window has the whole history, and the SDK must keep it complete.
    for (const conversationId of this.conversations) await this.load(conversationId)
  }

  override async close(): Promise<void> {
    await this.chat?.close()
  }

  override say(conversationId: string): Sent {
    const { recorder } = this
    const text = this.nextText
    // The SDK makes the id. Nothing else can happen between these two statements.
    const message = this.using.messages.send(conversationId, text)
    const sent = this.begin(message.id, conversationId, text)
    // Unknown: the SDK does not report how often it transmits.
    sent.transmissions = Number.POSITIVE_INFINITY
    this.unsettled += 1
    message.settled
      .then(
        ({ seq }) => void sent.acknowledgements.push({ seq, step: recorder.next() }),
        (error) => {
          sent.refusal = codeOf(error)
          if (sent.refusal !== 'not_found') recorder.failures.push(`The SDK gave up a message: ${String(error)}`)
        },
      )
      .finally(() => {
        this.unsettled -= 1
      })
    return sent
  }

  override async ask<N extends CallName>(name: N, input: Input<N>): Promise<Reply<Output<N>>> {
    try {
      return { ok: true, data: await this.using.call(name, input) }
    } catch (error) {
      const code = codeOf(error)
      if (!(error instanceof ChatError) || code === 'disconnected' || code === 'timed_out') throw error
      return { ok: false, error: { code: code as 'internal', message: error.message, requestId: '' } }
    }
  }

  protected override async report(conversationId: string, seq: number): Promise<void> {
    this.using.receipts.markRead(conversationId, seq)
  }

  override async catchUp(): Promise<void> {
    await this.using.sync()
    for (const conversationId of this.conversations) await this.reported(conversationId)
  }

  /** Resolves when the server has the read position that this device shows, or after a deadline. */
  private async reported(conversationId: string): Promise<void> {
    const deadline = performance.now() + patience.waitMs
    const shown = this.using.store.getState().conversations[conversationId]?.memberships[this.userId]?.readSeq ?? 0
    while (performance.now() < deadline) {
      const { summary } = await this.using.call('conversation.get', { conversationId })
      const mine = summary.memberships.find(({ userId }) => userId === this.userId)
      if (!mine || mine.readSeq >= shown) return
      await wait(100)
    }
  }

  override async read(conversationId: string): Promise<Reading> {
    await this.load(conversationId)
    await this.using.memberships.loadAll(conversationId)
    const state = await this.counted(conversationId)
    const held = state.conversations[conversationId]
    if (!held) throw new Error(`${this.deviceId} does not hold ${conversationId}.`)
    const mine = held.memberships[this.userId]
    return {
      ...{ deviceId: this.deviceId, readerId: this.userId, conversationId },
      rev: held.rev,
      rows: held.messages.map(toRow),
      members: toMembers(Object.values(held.memberships)),
      readSeq: mine?.readSeq ?? 0,
      joinedSeq: mine?.joinedSeq ?? 0,
      unread: held.unread,
    }
  }

  private get using(): Chat {
    if (!this.chat) throw new Error('Open the device first.')
    return this.chat
  }

  private async load(conversationId: string): Promise<void> {
    const { messages, store } = this.using
    await messages.loadLatest(conversationId, { limit: 100 })
    while (store.getState().conversations[conversationId]?.hasBefore) {
      await messages.loadOlder(conversationId, { limit: 100 })
    }
  }

  /** The state, once its count of unread messages is exact. */
  private counted(conversationId: string): Promise<ReturnType<Chat['store']['getState']>> {
    const { store } = this.using
    return new Promise((resolve) => {
      const look = () => {
        if (store.getState().conversations[conversationId]?.recount) return
        unsubscribe()
        resolve(store.getState())
      }
      const unsubscribe = store.subscribe(look)
      look()
    })
  }

  private listenToSignals(chat: Chat): void {
    const { recorder, userId: hearerId } = this
    chat.on('typing.updated', ({ userId: aboutUserId, conversationId, isTyping }) => {
      const signal = { kind: 'typing', hearerId, aboutUserId, conversationId, value: 'typing' } as const
      if (isTyping) recorder.history.signals.push({ ...signal, step: recorder.next() })
    })
  }

  private watchMarks(chat: Chat): void {
    chat.store.subscribe(({ conversations }, before) => {
      if (conversations === before.conversations) return
      for (const [conversationId, held] of Object.entries(conversations)) {
        const { readSeq } = held.memberships[this.userId] ?? {}
        if (
          readSeq === undefined ||
          readSeq === before.conversations[conversationId]?.memberships[this.userId]?.readSeq
        )
          continue
        this.recorder.mark(this, conversationId, readSeq)
      }
    })
  }

  /** Records each sync, which is a new epoch in the state, or the status `online`. */
  private watchEpoch(chat: Chat): void {
    const { recorder, deviceId } = this
    chat.store.subscribe(({ epoch, status }, before) => {
      const isSynced = status === 'online' && before.status !== 'online'
      if (epoch === null || (epoch === before.epoch && !isSynced)) return
      const isReset = before.epoch !== null && epoch !== before.epoch
      recorder.history.syncs.push({ deviceId, epoch, isReset, invokedStep: recorder.next(), step: recorder.next() })
    })
  }
}

const codeOf = (error: unknown): string => (error instanceof ChatError ? error.code : 'disconnected')
