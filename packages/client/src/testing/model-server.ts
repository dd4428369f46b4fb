import {
  type ConversationChange,
  type ConversationSummary,
  type Membership,
  type Message,
  type Output,
  type SideRows,
  sideRows,
  type User,
} from '@parley/protocol'
import { onTestFinished } from 'vitest'
import type { CallName, Chat } from '../chat.ts'
import { ChatError } from '../chat-error.ts'

/** A user whose names are the id, without a picture. */
export const userOf = (id: string): User => ({ id, username: id, displayName: id, avatarUrl: null, role: 'user' })

const conversationId = 'c1'

/** Side rows of all features, each list empty. */
const noSideRows = Object.fromEntries(Object.keys(sideRows).map((field) => [field, []])) as unknown as SideRows

interface Question {
  name: CallName
  input: { before?: number; after?: number; around?: number; rev?: number; positions?: { rev: number }[]; seq?: number }
  /** The answer, from the state at the time of `read`; it may arrive much later. */
  read?: unknown
  answer(data: unknown): void
  fail(error: ChatError): void
}

/**
 * A model of the server for one conversation and one account, whose answers arrive when the test says so. The cache
 * must agree with it for every order of arrival.
 */
export class ModelServer {
  readonly me = 'me'
  readonly id = conversationId
  readonly messages: Message[] = []
  readonly memberships = new Map<string, Membership>()
  rev = 0
  accountRev = 1
  /** Every live event so far. */
  readonly events: ConversationChange[] = []
  readonly questions: Question[] = []
  name = 'Kitchen'
  #settingsRev = 0

  /** Bob sends `saidBefore` messages before the user of the tested client joins. */
  constructor(saidBefore = 0) {
    this.#member('bob', { role: 'owner' })
    for (let i = 0; i < saidBefore; i++) this.send('bob')
    this.#member(this.me, { joinedSeq: saidBefore })
    this.events.length = 0
    onTestFinished(() => {
      for (const question of this.questions.splice(0)) question.fail(new ChatError('closed', 'the test is over'))
    })
  }

  /** Adds the call to `questions`; it is answered only by `answer`, or at the end of the test by the error `closed`. */
  readonly call: Chat['call'] = (name, input) =>
    new Promise((answer, fail) => {
      this.questions.push({ name, input: input as Question['input'], answer: answer as (data: unknown) => void, fail })
    })

  /** Adds the next message, and its live event to `events`; delivers nothing. */
  send(senderId: string): void {
    const seq = this.messages.length + 1
    const times = { createdAt: seq, editedAt: null, deletedAt: null }
    this.#write({ id: `m${seq}`, conversationId, seq, rev: 0, senderId, type: 'text', body: textOf(seq), ...times })
  }

  /** Edits a message, with its live event; does nothing if there is none or it is deleted. */
  edit(seq: number): void {
    const old = this.messages[seq - 1]
    if (old && old.deletedAt === null) this.#write({ ...old, body: textOf(this.rev), editedAt: this.rev })
  }

  /** Deletes a message, with its live event; does nothing if there is none or it is deleted already. */
  delete(seq: number): void {
    const old = this.messages[seq - 1]
    if (old && old.deletedAt === null) this.#write({ ...old, body: null, deletedAt: this.rev })
  }

  /** Gives a user a role, with the live event; one who is no member yet becomes one. */
  setRole(userId: string, role: Membership['role']): void {
    const membership = this.#member(userId, { role })
    this.events.push({ conversationId, rev: this.rev, memberships: [membership], users: [userOf(userId)] })
  }

  /** Renames the conversation, with its live event. */
  rename(name: string): void {
    this.rev++
    this.#settingsRev = this.rev
    this.name = name
    this.events.push({ conversationId, rev: this.rev, conversation: this.conversation() })
  }

  /** The correct number of unread messages, counted from all messages. */
  unread(): number {
    const { readSeq, joinedSeq } = this.mine()
    const from = Math.max(readSeq, joinedSeq)
    const rows = this.messages.filter((m) => m.seq > from && m.senderId !== this.me && m.deletedAt === null)
    return Math.min(100, rows.length)
  }

  /** The present membership of the tested client's user. Throws before there is one. */
  mine(): Membership {
    const mine = this.memberships.get(this.me)
    if (!mine) throw new Error('the person is not a member')
    return mine
  }

  /** The conversation's present row, as an answer contains it. */
  conversation() {
    const { name, me } = this
    const fixed = {
      kind: 'room',
      visibility: 'public',
      topic: null,
      context: null,
      createdBy: me,
      createdAt: 0,
    } as const
    return { id: conversationId, name, ...fixed, rev: this.#settingsRev }
  }

  /** The present summary for the user of the tested client. */
  summary(): ConversationSummary {
    return {
      conversation: this.conversation(),
      rev: this.rev,
      lastSeq: this.messages.length,
      memberships: [this.mine()],
      lastMessage: this.messages.at(-1) ?? null,
      unread: this.unread(),
      ...noSideRows,
      users: [userOf(this.me)],
    }
  }

  /** Determines the answer to a question from the present state, without delivering it. */
  read(index: number): void {
    const question = this.questions[index]
    if (question) question.read ??= structuredClone(this.#answerTo(question))
  }

  /**
   * Delivers the answer to the question at this place, as `read` determined it or from the present state, and removes
   * the question.
   */
  answer(index: number): void {
    this.read(index)
    const [question] = this.questions.splice(index, 1)
    question?.answer(question.read)
  }

  #answerTo({ name, input }: Question): unknown {
    switch (name) {
      case 'sync.run':
        return this.#sync(input.rev, input.positions?.[0]?.rev)
      case 'message.page':
        return this.#page(input)
      case 'conversation.get':
        return { summary: this.summary() }
      case 'membership.list':
        return { memberships: [...this.memberships.values()], users: [], hasMore: false }
      default:
        return this.#receipt(name, input.seq ?? 0)
    }
  }

  #sync(accountRev: number | undefined, since: number | undefined): Output<'sync.run'> {
    const account = { rev: this.accountRev, user: userOf(this.me), memberships: [this.mine()], summaries: [] }
    if (accountRev === undefined || since === undefined) {
      const whole = { ...account, summaries: [this.summary()] }
      return { epoch: 'e', reset: true, account: whole, changes: [], resets: [], hasMore: false }
    }
    const messages = this.messages.filter((row) => row.rev > since)
    const memberships = [...this.memberships.values()].filter((row) => row.rev > since)
    const change: ConversationChange = { conversationId, rev: this.rev, messages, memberships, users: [] }
    if (this.#settingsRev > since) change.conversation = this.conversation()
    // A small limit, so that tests contain resets.
    if (messages.length + memberships.length > 12) {
      return { epoch: 'e', reset: false, account, changes: [], resets: [this.summary()], hasMore: false }
    }
    return { epoch: 'e', reset: false, account, changes: since < this.rev ? [change] : [], resets: [], hasMore: false }
  }

  #page({ before, after, around }: Question['input']): Output<'message.page'> {
    const limit = 5
    const all = this.messages
    const from =
      before !== undefined
        ? Math.max(0, before - 1 - limit)
        : (after ?? (around === undefined ? Math.max(0, all.length - limit) : Math.max(0, around - 3)))
    const to = before === undefined ? from + limit : before - 1
    const messages = all.slice(from, to)
    return { messages, ...noSideRows, hasBefore: from > 0, hasAfter: to < all.length }
  }

  #receipt(name: CallName, seq: number) {
    const mine = this.mine()
    const readSeq = name === 'receipt.read' ? Math.max(mine.readSeq, seq) : mine.readSeq
    const receipt = { readSeq, deliveredSeq: Math.max(mine.deliveredSeq, readSeq, seq) }
    if (readSeq > mine.readSeq) this.accountRev++
    this.memberships.set(this.me, { ...mine, ...receipt })
    return { receipt: { userId: this.me, ...receipt } }
  }

  #member(userId: string, changes: Partial<Membership>): Membership {
    this.rev++
    const fresh = { conversationId, userId, role: 'member', state: 'active', joinedAt: 0, joinedSeq: 0 } as const
    const old: Membership = this.memberships.get(userId) ?? { ...fresh, readSeq: 0, deliveredSeq: 0, rev: 0 }
    const row = { ...old, ...changes, rev: this.rev }
    this.memberships.set(userId, row)
    return row
  }

  #write(row: Message): void {
    this.rev++
    const message = { ...row, rev: this.rev }
    this.messages[row.seq - 1] = message
    this.events.push({ conversationId, rev: this.rev, messages: [message], users: [userOf(row.senderId)] })
  }
}

const textOf = (number: number) => ({ kind: 'plain', text: `text ${number}` }) as const
