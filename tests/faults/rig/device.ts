import { setTimeout as wait } from 'node:timers/promises'
import type { CallName } from '@parley/client'
import type { Input, Membership, Message, Output, Reply } from '@parley/protocol'
import type { Admission, Change, Reading, Row, Sent } from '../history/history.ts'
import type { Account } from './account.ts'
import type { Random } from './random.ts'
import type { Recorder } from './recorder.ts'

/** The most unacknowledged messages of a device. */
export const mostUnderWay = 4

/** A device of a user. It records everything that it does and receives. */
export abstract class Device {
  readonly deviceId: string
  readonly account: Account
  protected readonly recorder: Recorder
  protected readonly random: Random
  /** The conversations in which it writes. */
  conversations: readonly string[] = []
  protected readonly own: Sent[] = []
  private readMarks = new Map<string, number>()

  constructor(deviceId: string, account: Account, random: Random, recorder: Recorder) {
    this.deviceId = deviceId
    this.account = account
    this.random = random
    this.recorder = recorder
  }

  /** The id of its user; '' before the account is registered. */
  get userId(): string {
    return this.account.userId
  }

  /** Connects, and connects again whenever the connection is lost. */
  abstract open(): Promise<void>
  abstract close(): Promise<void>
  abstract get isConnected(): boolean
  /** Runs an operation once. Rejects if there is no answer, so that it may have happened or not. */
  abstract ask<N extends CallName>(name: N, input: Input<N>): Promise<Reply<Output<N>>>
  /** Sends a message, and resends it until it is answered. */
  abstract say(conversationId: string): Sent
  /** How many messages wait for their acknowledgement. */
  abstract get waiting(): number
  /** Resolves after one more successful sync. */
  abstract catchUp(): Promise<void>
  /** The whole conversation as this device holds it. */
  abstract read(conversationId: string): Promise<Reading>

  protected get nextText(): string {
    return `${this.deviceId} says number ${this.own.length}`
  }

  protected begin(id: string, conversationId: string, text: string): Sent {
    const { own, recorder, userId: senderId } = this
    const known = { id, conversationId, senderId, text, transmissions: 0, acknowledgements: [] }
    const sent: Sent = { ...known, invokedStep: recorder.next() }
    recorder.sent(sent)
    own.push(sent)
    return sent
  }

  /**
   * Edits or deletes one of its last acknowledged messages, in one try: without an answer it may have happened or not.
   * Does nothing if there is none.
   */
  async change(isDeletion: boolean): Promise<void> {
    const told = this.own.filter(({ acknowledgements }) => acknowledgements.length > 0)
    if (told.length === 0) return
    const { id: messageId, conversationId } = this.random.pick(told.slice(-20))
    const text = isDeletion ? null : `${this.deviceId} edits at ${this.recorder.now}`
    const change = { messageId, conversationId, userId: this.userId, text, invokedStep: this.recorder.next() }
    const entry: Change = change
    this.recorder.history.changes.push(entry)
    const reply: Reply<{ message: Message }> = await (text === null
      ? this.ask('message.delete', { messageId })
      : this.ask('message.edit', { messageId, body: { kind: 'plain', text } }))
    if (reply.ok) entry.acknowledged = { rev: reply.data.message.rev, step: this.recorder.next() }
    // An earlier attempt without an answer has deleted it: then this one did nothing.
    else if (reply.error.code === 'not_found') entry.acknowledged = undefined
    else this.judge('a change', reply)
  }

  /** Reads the latest page. */
  async readPage(conversationId: string): Promise<void> {
    const { deviceId, userId, recorder } = this
    const invokedStep = recorder.next()
    const reply = await this.ask('message.page', { conversationId, limit: 50 })
    if (!reply.ok) return this.judge('message.page', reply, ['not_found'])
    const rows = reply.data.messages.map(({ id, seq, rev }) => ({ id, seq, rev }))
    recorder.history.looks.push({ deviceId, userId, conversationId, invokedStep, step: recorder.next(), rows })
  }

  /** Marks everything up to this seq as read; does nothing if it has marked as much already. */
  async markRead(conversationId: string, seq: number): Promise<void> {
    if (seq <= (this.readMarks.get(conversationId) ?? 0)) return
    this.readMarks.set(conversationId, seq)
    this.act('receipt', conversationId, `read ${seq}`)
    await this.report(conversationId, seq)
  }

  protected async report(conversationId: string, seq: number): Promise<void> {
    const reply = await this.ask('receipt.read', { conversationId, seq })
    // Recorded as another device than that of events: an event of an earlier position may come after this answer.
    const answered = { deviceId: `${this.deviceId}, by answers`, userId: this.userId }
    if (reply.ok) this.recorder.mark(answered, conversationId, reply.data.receipt.readSeq)
    else this.judge('receipt.read', reply, ['not_found'])
  }

  /** Says once that its user types. */
  async type(conversationId: string): Promise<void> {
    this.act('typing', conversationId, 'typing')
    this.judge('typing.set', await this.ask('typing.set', { conversationId, isTyping: true }), ['not_found'])
  }

  /** Sets the presence of its user. */
  async appear(status: 'online' | 'busy' | 'away'): Promise<void> {
    this.act('presence', null, status)
    this.judge('presence.set', await this.ask('presence.set', { status }))
  }

  /** Adds a user or removes them, and repeats it until it is acknowledged. */
  async admit(conversationId: string, userId: string, isMember: boolean, ban = false): Promise<void> {
    const { recorder } = this
    const entry: Admission = {
      ...{ conversationId, userId, isMember },
      invokedStep: recorder.next(),
    }
    recorder.history.admissions.push(entry)
    for (;;) {
      const reply = await this.askToAdmit(conversationId, userId, isMember, ban).catch(() => undefined)
      if (reply?.ok) {
        const membership = 'memberships' in reply.data ? reply.data.memberships[0] : reply.data.membership
        entry.acknowledged = { rev: membership?.rev ?? null, step: recorder.next() }
        return
      }
      // An earlier attempt without an answer has removed the user.
      if (reply?.error.code === 'not_found' && !isMember) {
        entry.acknowledged = { rev: null, step: recorder.next() }
        return
      }
      if (reply) this.judge('a change of members', reply)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  /** Leaves, and repeats it until it is acknowledged. */
  async leave(conversationId: string): Promise<void> {
    const { recorder, userId } = this
    const entry: Admission = { conversationId, userId, isMember: false, invokedStep: recorder.next() }
    recorder.history.admissions.push(entry)
    for (;;) {
      const reply = await this.ask('membership.leave', { conversationId }).catch(() => undefined)
      if (reply?.ok || reply?.error.code === 'not_found') {
        entry.acknowledged = { rev: reply.ok ? reply.data.membership.rev : null, step: recorder.next() }
        return
      }
      if (reply) this.judge('membership.leave', reply)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  /**
   * Opens a private room with these users, and tries again while the server is unavailable; resolves with its id. The
   * name must be used once: a room of that name is taken for the one that an unanswered try made.
   */
  async openRoom(name: string, userIds: readonly string[]): Promise<string> {
    const { recorder } = this
    const invokedStep = recorder.next()
    let conversationId: string | undefined
    while (conversationId === undefined) {
      const reply = await this.ask('conversation.create', { name, visibility: 'private', userIds: [...userIds] })
      if (!reply.ok && reply.error.code !== 'unavailable') throw new Error(`No room was opened: ${reply.error.code}`)
      if (!reply.ok) await wait(reply.error.retryAfterMs ?? 1_000)
      // A refused one may be there nevertheless.
      conversationId = reply.ok ? reply.data.summary.conversation.id : await this.findRoom(name)
    }
    const acknowledged = { rev: 0, step: recorder.next() }
    for (const userId of [this.userId, ...userIds]) {
      recorder.history.admissions.push({ conversationId, userId, isMember: true, invokedStep, acknowledged })
    }
    return conversationId
  }

  private async findRoom(name: string): Promise<string | undefined> {
    const reply = await this.ask('conversation.list', { limit: 50 })
    if (!reply.ok) {
      this.judge('conversation.list', reply)
      await wait(reply.error.retryAfterMs ?? 1_000)
      return this.findRoom(name)
    }
    return reply.data.summaries.find(({ conversation }) => conversation.name === name)?.conversation.id
  }

  private askToAdmit(
    conversationId: string,
    userId: string,
    isMember: boolean,
    ban: boolean,
  ): Promise<Reply<{ memberships: Membership[] } | { membership: Membership }>> {
    if (isMember) return this.ask('membership.add', { conversationId, userIds: [userId] })
    return this.ask('membership.remove', { conversationId, userId, ban })
  }

  private act(kind: 'typing' | 'receipt' | 'presence', conversationId: string | null, value: string): void {
    const { userId, recorder } = this
    recorder.history.acts.push({ kind, userId, conversationId, value, invokedStep: recorder.next() })
  }

  /** Records a failure for every error but `unavailable`, which a fault excuses, and those that any client may get. */
  protected judge(what: string, reply: Reply<unknown>, alsoFine: readonly string[] = []): void {
    if (!reply.ok && reply.error.code === 'unavailable') this.recorder.unavailable += 1
    if (reply.ok || ['unavailable', 'unauthenticated', 'rate_limited', ...alsoFine].includes(reply.error.code)) return
    this.recorder.failures.push(`${what} was answered ${reply.error.code}: ${reply.error.message}`)
  }

  /** Resends some of its acknowledged messages: once as they were, and once with another body under the same id. */
  async probe(count: number): Promise<void> {
    const told = this.own.filter(({ acknowledgements }) => acknowledgements.length > 0)
    for (let i = 0; i < Math.min(count, told.length); i += 1) {
      const sent = this.random.pick(told)
      const { id, conversationId, text } = sent
      const again = await this.ask('message.send', { id, conversationId, body: { kind: 'plain', text } })
      this.recorder.resends += 1
      if (again.ok) sent.acknowledgements.push({ seq: again.data.message.seq, step: this.recorder.next() })
      else this.judge('a resend', again)
      const body = { kind: 'plain', text: `${text}, or something else` } as const
      const conflict = await this.ask('message.send', { id, conversationId, body })
      if (conflict.ok || conflict.error.code !== 'unavailable') {
        sent.conflictCode = conflict.ok ? 'ok' : conflict.error.code
      }
    }
  }
}

/** The row of a history for a message of the protocol. */
export const toRow = ({ id, seq, rev, senderId, type, body }: Message): Row => {
  const text = body?.kind === 'plain' ? body.text : null
  return { id, seq, rev, senderId, text, state: type === 'system' ? 'system' : body === null ? 'deleted' : 'said' }
}

/** The active members, by user id. */
export const toMembers = (memberships: readonly Membership[]): Reading['members'] =>
  Object.fromEntries(
    memberships.filter(({ state }) => state === 'active').map(({ userId, role, rev }) => [userId, { role, rev }]),
  )
