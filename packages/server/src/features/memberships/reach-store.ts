import type { User, UserRole } from '@parley/protocol'
import { type Kysely, sql } from 'kysely'
import { forMany, hotStatement } from '../../storage/hot-statement.ts'
import type { Tables } from '../../storage/tables.ts'
import type { ConversationHead } from '../conversations/head-store.ts'
import type { UserRow } from '../users/user-store.ts'
import type { MembershipKey, MembershipRow } from './membership-store.ts'

/** A caller's membership, its conversation and user. `is_open`: the user is not suspended, and the room not removed. */
export interface Reach {
  membership: MembershipRow & { is_open: boolean | 0 | 1 }
  conversation: ConversationHead
  user: User
}

type ReachRow = Reach['membership'] &
  Omit<ConversationHead, 'rev'> &
  Pick<UserRow, 'username' | 'display_name' | 'avatar_url'> & { conversation_rev: number; user_role: UserRole }

const columns = sql`m.*, u.username, u.display_name, u.avatar_url, u.role as user_role, c.direct_awaits,
  c.id, c.kind, c.direct_key, c.last_seq, c.rev as conversation_rev, c.membership_rev, c.settings_rev,
  c.direct_blocked, c.direct_contacts, c.direct_later, u.suspended_at is null and c.removed_at is null as is_open`
const joined = sql`join conversations c on c.id = m.conversation_id join users u on u.id = m.user_id`

const one = hotStatement<MembershipKey, ReachRow>((db, { conversation_id, user_id }) => ({
  compile: () =>
    sql<ReachRow>`select ${columns} from memberships m ${joined}
      where m.conversation_id = ${conversation_id} and m.user_id = ${user_id}`.compile(db),
}))

const all = forMany<MembershipKey, ReachRow>(
  one,
  { conversation_id: 'text', user_id: 'text' },
  (given) =>
    sql`select given.at, ${columns} from ${given} join memberships m using (conversation_id, user_id) ${joined}`,
)

const toReach = (row: ReachRow): Reach => {
  // Field by field, because spreading a row of so many columns costs more than reading it.
  const { id, kind, direct_key, last_seq, membership_rev, settings_rev, username } = row
  const { direct_blocked, direct_contacts, direct_later, direct_awaits, conversation_rev: rev } = row
  const direct = { direct_key, direct_blocked, direct_contacts, direct_later, direct_awaits }
  return {
    membership: row,
    conversation: { id, kind, last_seq, rev, membership_rev, settings_rev, ...direct },
    user: { id: row.user_id, username, displayName: row.display_name, avatarUrl: row.avatar_url, role: row.user_role },
  }
}

/** Reads a membership, in any state, with its conversation and user: callers check the state and `is_open`. */
export const reachStore = (db: Kysely<Tables>) => ({
  one: async (conversation_id: string, user_id: string): Promise<Reach | undefined> => {
    const [row] = await one(db, { conversation_id, user_id })
    return row && toReach(row)
  },

  /** The same for many, in the order of the keys; undefined for a key without a membership. */
  all: async (keys: readonly MembershipKey[]): Promise<(Reach | undefined)[]> =>
    (await all(db, keys)).map(([row]) => row && toReach(row)),
})

declare module '../../storage/store.ts' {
  interface Store {
    reaches: ReturnType<typeof reachStore>
  }
}
