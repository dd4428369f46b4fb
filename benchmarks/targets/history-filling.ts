import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { directKey } from '../../packages/server/src/features/conversations/conversation-store.ts'
import type { Crowd } from '../scenario.ts'
import { type Account, makeAccounts } from './accounts.ts'
import { type ConversationPlan, people, planHistory, readUpTo } from './history-plan.ts'
import { MultiRowInsert } from './multi-row-insert.ts'
import type { SqliteStorage } from './storage.ts'

/** Every hundredth message is an edited one. */
const editedEvery = 100
const text = 'the quick brown fox jumps over the lazy dog and '.repeat(4)

/**
 * Fills an empty database with a history by writing the rows that the server would write, because ten million sends
 * would take hours. Resolves with a crowd of one: the reader.
 */
export const fillWithHistory = async (storage: SqliteStorage, secret: string, messages: number): Promise<Crowd> => {
  const database = await storage.open()
  const names = Array.from({ length: people }, (_, person) => `person${person}`)
  const accounts = await makeAccounts(database, secret, names).finally(() => database.close())
  // Without foreign keys, because rows are written in the order of their tables on disk, not of their references.
  const file = new DatabaseSync(storage.file, { enableForeignKeyConstraints: false })
  try {
    // Without safety: no other process has the file open, and after a crash it is filled again.
    file.exec('pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -262144; begin')
    new HistoryWriter(file, accounts).write(planHistory(messages))
    file.exec('commit')
  } finally {
    file.close()
  }
  return { members: accounts.slice(0, 1).map(({ token }) => ({ token, rooms: [] })), conversations: [] }
}

/** Messages are spread evenly over so many hours; in each hour one conversation follows the other. */
const hours = 1_000

/** The number of messages of a conversation after so many hours. */
const countAfter = (hour: number, rank: number, messages: number): number =>
  Math.floor((messages * hour + ((rank * 37) % hours)) / hours)

class HistoryWriter {
  private readonly file: DatabaseSync
  private readonly accounts: readonly Account[]
  private readonly conversations: MultiRowInsert
  private readonly memberships: MultiRowInsert
  private readonly messages: MultiRowInsert
  private readonly revs = new Map<string, number>()
  private written = 0

  constructor(file: DatabaseSync, accounts: readonly Account[]) {
    this.file = file
    this.accounts = accounts
    this.conversations = new MultiRowInsert(file, 'conversations', [
      ...['id', 'kind', 'visibility', 'name', 'direct_key', 'created_by', 'created_at', 'last_seq', 'rev'],
      ...['membership_rev', 'settings_rev'],
    ])
    this.memberships = new MultiRowInsert(file, 'memberships', [
      ...['conversation_id', 'user_id', 'role', 'state', 'read_seq', 'delivered_seq', 'joined_at', 'joined_seq', 'rev'],
      'account_rev',
    ])
    this.messages = new MultiRowInsert(file, 'messages', [
      ...['conversation_id', 'seq', 'id', 'rev', 'sender_id', 'type', 'body', 'sent_hash', 'created_at', 'edited_at'],
    ])
  }

  /**
   * Writes conversations in the order of their ids, as in their table on disk, and messages in the order of their
   * times.
   */
  write(plans: readonly ConversationPlan[]): void {
    const ids = plans.map(() => randomUUID()).sort()
    const order = plans.map((_, rank) => (rank * 7_919) % plans.length)
    const ranks = new Set(order).size === plans.length ? order : plans.map((_, rank) => rank)
    const conversations = ranks.map((rank, i) => ({ id: ids[i] ?? '', rank, plan: plans[rank] as ConversationPlan }))
    for (const { id, rank, plan } of conversations) this.writeConversation(id, rank, plan)
    for (let hour = 0; hour < hours; hour += 1) {
      for (const { id, rank, plan } of conversations) {
        const last = countAfter(hour + 1, rank, plan.messages)
        for (let seq = 1 + countAfter(hour, rank, plan.messages); seq <= last; seq += 1)
          this.writeMessage(id, seq, plan)
      }
    }
    for (const insert of [this.conversations, this.memberships, this.messages]) insert.end()
    const rev = this.file.prepare('update users set rev = ? where id = ?')
    for (const [userId, last] of this.revs) rev.run(last, userId)
  }

  private writeConversation(id: string, rank: number, { kind, messages, people: members }: ConversationPlan): void {
    const userIds = members.map((person) => this.accounts[person]?.id ?? '')
    const direct = kind === 'direct'
    // One rev for the creation, one for each message, and one for each edit.
    const rev = 1 + messages + Math.floor(messages / editedEvery)
    const about = [direct ? null : `room ${rank}`, direct ? directKey(userIds, null) : null, userIds[0] ?? '']
    this.conversations.add(id, kind, 'private', ...about, this.now(), messages, rev, 1, 1)
    for (const [i, userId] of userIds.entries()) {
      const accountRev = (this.revs.get(userId) ?? 0) + 1
      this.revs.set(userId, accountRev)
      const read = members[i] === 0 ? readUpTo(rank, messages) : messages
      const role = i === 0 && !direct ? 'owner' : 'member'
      this.memberships.add(id, userId, role, 'active', read, messages, this.now(), 0, 1, accountRev)
    }
  }

  private writeMessage(conversationId: string, seq: number, { messages, people: members }: ConversationPlan): void {
    const edited = seq % editedEvery === 0
    const rev = edited ? 1 + messages + seq / editedEvery : 1 + seq
    const body = `{"kind":"plain","text":"${text.slice(0, 60 + ((seq * 37) % 130))}"}`
    const sender = this.accounts[members[seq % members.length] ?? 0]?.id ?? ''
    const now = this.now()
    const changed = edited ? (['x', now] as const) : ([null, null] as const)
    this.messages.add(conversationId, seq, this.messageId(now), rev, sender, 'text', body, changed[0], now, changed[1])
  }

  /** The time of the next message: a millisecond after the one before. */
  private now(): number {
    return 1_760_000_000_000 + this.written
  }

  private messageId(now: number): string {
    this.written += 1
    const time = now.toString(16).padStart(12, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${this.written.toString(16).padStart(12, '0')}`
  }
}
