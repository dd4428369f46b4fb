import { type Kysely, sql } from 'kysely'
import type { ConversationAudience } from '../../core/delivery.ts'
import { forMany, hotStatement, isPostgres } from '../../storage/hot-statement.ts'
import type { Tables } from '../../storage/tables.ts'
import type { ConversationRow } from './conversation-store.ts'

/** The columns of a conversation that every operation in it needs. Handlers read the others themselves. */
export type ConversationHead = Omit<
  ConversationRow,
  'visibility' | 'name' | 'topic' | 'context' | 'created_by' | 'created_at' | 'invited_told' | 'removed_at'
>

/** The ids of the one or two users of a direct conversation; empty for a room. */
export const directUserIds = (row: Pick<ConversationRow, 'direct_key'>): string[] =>
  row.direct_key === null ? [] : (JSON.parse(row.direct_key) as string[]).filter((part) => !part.startsWith('#'))

/** The members of a conversation as the audience of an event; the row must have the present `membership_rev`. */
export const audienceOf = (row: ConversationHead): ConversationAudience => ({
  channels: [{ kind: 'conversation', id: row.id }],
  membershipRev: row.membership_rev,
  about: { kind: row.kind, directUserIds: directUserIds(row), isLater: row.direct_later > 0 },
})

export interface AdvancedRev {
  rev: number
  last_seq: number
  membership_rev: number
}

/*
 * The row of the conversation is the only source of its numbers. It is locked from before they are read until the
 * commit, so seq and rev have no gaps and follow the order of the commits.
 */
const step = hotStatement<{ id: string }, AdvancedRev>((db, { id }) =>
  db
    .updateTable('conversations')
    .set({ rev: sql`rev + 1` })
    .where('id', '=', id)
    .returning(['rev', 'last_seq', 'membership_rev']),
)

// In the order of their ids, so that two nodes never deadlock.
const hold = hotStatement<{ ids: unknown; messageIds: unknown }, never>((db, { ids, messageIds }) => ({
  // The conversation of a message never changes, so the lock is on the right one.
  compile: () =>
    sql<never>`select id from conversations where id = any(${ids}::text[])
      or id = any(array(select conversation_id from messages where id = any(${messageIds}::text[])))
      order by id for no key update`.compile(db),
}))

/** The highest numbers of a conversation that are used. */
export type Numbers = Pick<ConversationRow, 'id' | 'last_seq' | 'rev'>

const advance = hotStatement<Numbers, never>((db, { id, last_seq, rev }) =>
  db.updateTable('conversations').set({ last_seq, rev }).where('id', '=', id),
)

const advanceAll = forMany<Numbers, never>(
  advance,
  { id: 'text', last_seq: 'bigint', rev: 'bigint' },
  (given) => sql`update conversations as c set last_seq = given.last_seq, rev = given.rev from ${given}
    where c.id = given.id`,
)

/** The numbers of conversations (rev and the last seq), and the locks on their rows. */
export const headStore = (db: Kysely<Tables>) => ({
  /** Increments the rev and returns the new numbers, for a change that is no message. Throws for an unknown id. */
  step: async (id: string): Promise<AdvancedRev> => {
    const [row] = await step(db, { id })
    if (!row) throw new Error(`There is no conversation ${id}.`)
    return row
  },

  /** Stores the numbers that sends have used; the caller has locked these conversations (`hold`). */
  advanceAll: (taken: readonly Numbers[]) => advanceAll(db, taken),

  /**
   * Locks these conversations, and those of these messages, until the commit; does nothing on SQLite. Every command on
   * a conversation begins with it, so that what it reads afterwards cannot be changed by another node.
   */
  hold: async (named: readonly { conversationId?: string; messageId?: string }[]): Promise<void> => {
    // SQLite has one writer at a time.
    if (!isPostgres(db)) return
    const ids = [...new Set(named.flatMap(({ conversationId }) => conversationId ?? []))]
    const messageIds = [...new Set(named.flatMap(({ messageId }) => messageId ?? []))]
    if (ids.length + messageIds.length > 0) await hold(db, { ids, messageIds })
  },
})

declare module '../../storage/store.ts' {
  interface Store {
    heads: ReturnType<typeof headStore>
  }
}
