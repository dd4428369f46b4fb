import type { ConversationKind } from '@parley/protocol'
import { type Kysely, sql } from 'kysely'
import { hotStatement } from '../../storage/hot-statement.ts'
import type { Tables } from '../../storage/tables.ts'

/** A conversation with messages that no device of a user has received. */
export interface BehindRow {
  id: string
  kind: ConversationKind
  direct_key: string | null
  direct_later: 0 | 1
  membership_rev: number
  rev: number
  last_seq: number
  /** When its last message was sent, in milliseconds since 1970. */
  active_at: number
  /** Messages up to this seq were received, or are older than the membership. */
  had_seq: number
}

const behind = hotStatement<{ userId: string; limit: number }, BehindRow>((db, { userId, limit }) => ({
  compile: () =>
    sql<BehindRow>`select c.id, c.kind, c.direct_key, c.direct_later, c.membership_rev, c.rev, c.last_seq,
      latest.created_at as active_at,
      case when m.delivered_seq > m.joined_seq then m.delivered_seq else m.joined_seq end as had_seq
      from memberships m join conversations c on c.id = m.conversation_id
      join messages latest on latest.conversation_id = c.id and latest.seq = c.last_seq
      where m.user_id = ${userId} and m.state = 'active'
      and c.last_seq > m.delivered_seq and c.last_seq > m.joined_seq
      order by latest.created_at desc limit ${limit}`.compile(db),
}))

interface SeqRange {
  conversationId: string
  userId: string
  after: number
  upTo: number
  limit: number
}

interface Latest {
  seq: number
  created_at: number
}

const latestOfOthers = hotStatement<SeqRange, Latest>((db, { conversationId, userId, after, upTo, limit }) => ({
  compile: () =>
    sql<Latest>`select seq, created_at from messages
      where conversation_id = ${conversationId} and seq > ${after} and seq <= ${upTo}
      and sender_id <> ${userId} and deleted_at is null order by seq desc limit ${limit}`.compile(db),
}))

/** Makes the store that finds, by the delivered position, the messages that no device of a user has received. */
export const missedStore = (db: Kysely<Tables>) => ({
  /** A user's conversations with messages that no device has received, the latest active first. */
  behind: (userId: string, limit: number) => behind(db, { userId, limit }),

  /** The latest messages of other users in a range, at most `limit`, newest first. Deleted ones are left out. */
  latestOfOthers: (range: SeqRange): Promise<Latest[]> => latestOfOthers(db, range),
})

declare module '../../storage/store.ts' {
  interface Store {
    missed: ReturnType<typeof missedStore>
  }
}
