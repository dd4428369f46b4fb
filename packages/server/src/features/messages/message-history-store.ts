import { type Kysely, type RawBuilder, sql } from 'kysely'
import { forMany, hotStatement } from '../../storage/hot-statement.ts'
import type { Tables } from '../../storage/tables.ts'
import { type MessageRow, toMessage } from './message-store.ts'

interface PageStart {
  conversationId: string
  seq: number
  limit: number
}

const before = hotStatement<PageStart, MessageRow>((db, { conversationId, seq, limit }) =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('seq', '<', seq)
    .orderBy('seq', 'desc')
    .limit(limit),
)

const after = hotStatement<PageStart, MessageRow>((db, { conversationId, seq, limit }) =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(limit),
)

/** The last messages of a conversation: those with a seq above `after`. */
export interface Latest {
  conversation_id: string
  after: number
}

const latestOf = ({ conversation_id, after }: Record<keyof Latest, RawBuilder<unknown>>) =>
  sql<MessageRow>`select * from messages where conversation_id = ${conversation_id} and seq > ${after}
    and deleted_at is null order by seq desc limit 1`

const latest = hotStatement<Latest, MessageRow>((db, placeholders) => ({
  compile: () => latestOf(placeholders).compile(db),
}))

const latestOfAll = forMany<Latest, MessageRow>(
  latest,
  { conversation_id: 'text', after: 'bigint' },
  (given) =>
    sql`select given.at, found.* from ${given}, lateral (${latestOf({
      conversation_id: sql`given.conversation_id`,
      after: sql`given.after`,
    })}) as found`,
)

type Changed = PageStart & { rev: number }

// New messages are after `seq`; older ones that changed later are in the index of changed messages. The sum prevents
// SQLite from using the index by seq instead, which would read the whole history.
const changed = (given: Record<keyof Changed, RawBuilder<unknown>>, columns: RawBuilder<unknown>) => {
  const { conversationId, seq, rev, limit } = given
  return sql`select ${columns} from messages where conversation_id = ${conversationId} and seq > ${seq} and rev > ${rev}
    union all select ${columns} from messages where conversation_id = ${conversationId} and sent_hash is not null
    and rev > ${rev} and seq + 0 <= ${seq} limit ${limit}`
}

const changedSince = hotStatement<Changed, MessageRow>((db, placeholders) => ({
  compile: () => sql<MessageRow>`${changed(placeholders, sql`messages.*`)}`.compile(db),
}))

// Neither engine reads a long text for its length.
const changedSize = hotStatement<Changed, { rows: number; bytes: number }>((db, placeholders) => ({
  compile: () =>
    sql<{ rows: number; bytes: number }>`select count(*) as rows, cast(coalesce(sum(size), 0) as bigint) as bytes
    from (${changed(placeholders, sql`octet_length(body) as size`)}) as changed`.compile(db),
}))

type Erased = Pick<MessageRow, 'conversation_id' | 'seq' | 'rev' | 'deleted_at'>

const erase = hotStatement<Erased, never>((db, { conversation_id, seq, rev, deleted_at }) =>
  db
    .updateTable('messages')
    // Not null, because changed messages are found by that.
    .set({ body: null, sent_hash: sql.lit(''), rev, deleted_at })
    .where('conversation_id', '=', conversation_id)
    .where('seq', '=', seq),
)

const eraseAll = forMany<Erased, never>(
  erase,
  { conversation_id: 'text', seq: 'bigint', rev: 'bigint', deleted_at: 'bigint' },
  (given) => sql`update messages as m set body = null, sent_hash = '', rev = given.rev, deleted_at = given.deleted_at
    from ${given} where m.conversation_id = given.conversation_id and m.seq = given.seq`,
)

interface SentWindow {
  conversationId: string
  senderId: string
  after: number
  upTo: number
}

/**
 * The seq after which messages may be newer than `rev`: each took one rev, so at most the last `now.rev - rev` are new.
 */
const newBehind = (rev: number, now: { rev: number; last_seq: number }) => Math.max(0, now.last_seq - (now.rev - rev))

/**
 * Makes the store for many messages at once: pages of a conversation, its changes, and the erasure of a sender's
 * messages. Deleted messages are found, too, with `body` null, unless a function says otherwise.
 */
export const messageHistoryStore = (db: Kysely<Tables>) => ({
  /** The latest `created_at` of the 1,000 messages with the highest ids, in milliseconds since 1970; 0 without any. */
  latestAt: async (): Promise<number> => {
    // Ids begin with the time of the sender's clock, which may be wrong, so the latest is sought among 1,000 ids.
    const some = db.selectFrom('messages').select('created_at').orderBy('id', 'desc').limit(1_000)
    const { at } = await db
      .selectFrom(some.as('some'))
      .select((eb) => eb.fn.max('created_at').as('at'))
      .executeTakeFirstOrThrow()
    return Number(at ?? 0)
  },

  /** At most `limit` messages before a seq, the nearest (latest) first. */
  before: (conversationId: string, seq: number, limit: number) => before(db, { conversationId, seq, limit }),

  /** At most `limit` messages after a seq, the nearest (earliest) first. */
  after: (conversationId: string, seq: number, limit: number) => after(db, { conversationId, seq, limit }),

  /** The latest not deleted message behind each of these places, in their order, without those that have none. */
  latestOf: async (places: readonly Latest[]): Promise<MessageRow[]> => (await latestOfAll(db, places)).flat(),

  /**
   * At most `limit` of the messages that are new or changed after a rev, each in its present state, in any order.
   * `now`: the numbers of the conversation, read in the same transaction or snapshot.
   */
  changedSince: async (conversationId: string, rev: number, now: { rev: number; last_seq: number }, limit: number) =>
    (await changedSince(db, { conversationId, seq: newBehind(rev, now), rev, limit })).map(toMessage),

  /**
   * How many messages `changedSince` returns for the same arguments, and the bytes of their bodies, which it does not
   * read.
   */
  changedSize: async (conversationId: string, rev: number, now: { rev: number; last_seq: number }, limit: number) => {
    const [size] = await changedSize(db, { conversationId, seq: newBehind(rev, now), rev, limit })
    return size ?? { rows: 0, bytes: 0 }
  },

  /**
   * At most `limit` messages of a sender with seqs from `after` + 1 to `upTo` whose body, or hash of the first body, is
   * still stored, in the order of their seqs.
   */
  keptOf: ({ conversationId, senderId, after, upTo }: SentWindow, limit: number): Promise<MessageRow[]> =>
    db
      .selectFrom('messages')
      .selectAll()
      .where('conversation_id', '=', conversationId)
      .where('seq', '>', after)
      .where('seq', '<=', upTo)
      .where('sender_id', '=', senderId)
      .where((is) => is.or([is('body', 'is not', null), is('sent_hash', '!=', '')]))
      .orderBy('seq')
      .limit(limit)
      .execute(),

  /** Removes the bodies of messages and the hashes of their first bodies; stores the given rev and time of deletion. */
  eraseAll: (rows: readonly Erased[]) =>
    eraseAll(
      db,
      rows.map(({ conversation_id, seq, rev, deleted_at }) => ({ conversation_id, seq, rev, deleted_at })),
    ),
})

declare module '../../storage/store.ts' {
  interface Store {
    messageHistory: ReturnType<typeof messageHistoryStore>
  }
}
