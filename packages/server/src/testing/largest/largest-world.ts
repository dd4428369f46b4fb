import type { SignedIn } from '@parley/protocol'
import { type RawBuilder, sql } from 'kysely'
import { afterAll, beforeAll } from 'vitest'
import { largest } from '../../core/limits/costs.ts'
import type { Database } from '../../storage/database.ts'
import { testKeys } from '../credentials/test-keys.ts'
import { openTestDatabase } from '../test-database.ts'
import { startTestServer, type TestServer } from '../test-server.ts'
import { addRichMessages } from './rich-messages.ts'

/** A server with the largest data that it is made for, and the users of the tests. */
export interface LargestWorld {
  server: TestServer
  /** An administrator, who is in as many conversations, and owns the rooms among them. */
  me: SignedIn
  /** Another user with a password. */
  other: SignedIn
  /** The text of an API key with all scopes. */
  key: string
  database: Database
}

/** Ids of the world. Users have names and pictures of the greatest length; those of the crowd have short ones. */
export const ids = {
  /** A user with the longest names, in all rooms of the list; `n` from 0 to 199. */
  long: (n: number) => `big${100_001 + n}${'x'.repeat(55)}`,
  /** A user of the crowd: the first are members of the crowded room, the last are in no conversation. */
  crowd: (n: number) => `crowd${100_001 + n}`,
  /** A user in no conversation. */
  stranger: (n: number) => `crowd${100_000 + largest.people - n}`,
  crowded: 'room-crowded',
  inviting: 'room-inviting',
  /** A room whose messages have every part, in the greatest number. */
  rich: 'room-rich',
  /** A room whose messages are as long as a message can be. */
  sealed: 'room-sealed',
  /** A room that a host application describes, by the context `job`. */
  ensured: 'room-ensured',
  /** Any room of the list. */
  room: (n: number) => `room-list${100_001 + n}`,
  /** A public room without members. */
  empty: 'public100001',
  direct: (n: number) => `direct${100_001 + n}`,
  /** A message in the crowded room, by `me`, with a thousand reactions. */
  message: 'message-crowded-1',
}

const long = { users: 200, directs: 200 }
/** The rooms beside the many alike ones. */
const special = [ids.crowded, ids.inviting, ids.rich, ids.sealed, ids.ensured]
const rooms = largest.conversations - special.length - long.directs
const missed = 30
const euros = (count: number) => sql`cast(${'€'.repeat(count)} as text)`
const text = (value: string) => sql`cast(${value} as text)`

const numbers = (count: number) =>
  sql`with recursive numbers(n) as (select 100001 union all select n + 1 from numbers where n < ${sql.lit(100_000 + count)})`

const bigId = sql`'big' || n || ${text('x'.repeat(55))}`

const addUsers = (add: Add, count: number) => [
  add`insert into users (id, username, username_key, names_key, display_name, avatar_url, role, rev, created_at)
    ${numbers(long.users)} select ${bigId}, n || ${euros(94)}, n || ${euros(94)}, n || ${euros(100)}, ${euros(100)},
    '/' || ${euros(1_999)}, 'user', 0, n from numbers`,
  add`insert into users (id, username, username_key, names_key, display_name, role, rev, created_at)
    ${numbers(count - long.users)} select 'crowd' || n, 'crowd' || n, 'crowd' || n, 'crowd' || n, 'Crowd', 'user', 0, n
    from numbers`,
]

const room = sql`'room', 'public', ${euros(100)}, ${euros(500)}`
const columns = sql`(id, kind, visibility, name, topic, direct_key, created_by, created_at, last_seq, rev,
  membership_rev, settings_rev)`

const addConversations = (add: Add, me: string) => [
  add`insert into conversations ${columns} ${numbers(rooms)}
    select 'room-list' || n, ${room}, null, ${text(me)}, n, ${sql.lit(missed)}, ${sql.lit(missed + 1)}, 1, 1 from numbers`,
  ...special.map(
    (id) =>
      add`insert into conversations ${columns} select ${text(id)}, ${room}, cast(null as text), ${text(me)}, 1, 100, 101, 1, 1`,
  ),
  add`insert into conversations ${columns} ${numbers(largest.rooms - rooms - special.length)}
    select 'public' || n, ${room}, null, ${text(me)}, n, 0, 1, 1, 1 from numbers`,
  add`update conversations set context = 'job' where id = 'room-ensured'`,
  add`update conversations set context = 'owned' where id = 'room-crowded'`,
  add`insert into conversations ${columns} ${numbers(long.directs)} select 'direct' || n, 'direct', 'private', null,
    null, '["' || ${text(me)} || '","' || ${bigId} || '"]', ${text(me)}, n, ${sql.lit(missed)}, ${sql.lit(missed + 1)}, 1, 1
    from numbers`,
]

const addMembers = (add: Add, me: string) => {
  const into = sql`insert into memberships (conversation_id, user_id, role, state, joined_at, rev, account_rev)`
  return [
    add`${into} select id, ${text(me)}, case when kind = 'room' then 'owner' else 'member' end, 'active', 1, 1, 1
      from conversations where id not like 'public%'`,
    add`${into} ${numbers(998)} select 'room-ensured', 'crowd' || n, 'member', 'active', 1, 1, 1 from numbers`,
    add`${into} select id, ${text(ids.long(0))}, 'member', 'active', 1, 1, 1 from conversations where kind = 'room'
      and id not in ('room-crowded', 'room-inviting') and id not like 'public%'`,
    // Of all rooms, users whom `me` blocks.
    add`${into} select c.id, u.id, 'member', 'active', 1, 1, 1 from conversations c cross join users u
      where c.id like 'room-list%' and u.id > ${ids.long(194)} and u.id < 'crowd'`,
    add`${into} ${numbers(long.directs)} select 'direct' || n, ${bigId}, 'member', 'active', 1, 1, 1 from numbers`,
    add`${into} ${numbers(long.users)} select 'room-crowded', ${bigId}, 'member', 'active', 1, 1, 1 from numbers`,
    add`${into} ${numbers(largest.members - long.users - 1)} select 'room-crowded', 'crowd' || n, 'owner', 'active', 1,
      1, 1 from numbers`,
    add`${into} ${numbers(largest.invited)} select 'room-inviting', 'crowd' || n, 'member', 'invited', null, 1, 1
      from numbers`,
  ]
}

const addMessages = (add: Add, me: string) => {
  const into = sql`insert into messages (conversation_id, seq, id, rev, sender_id, type, body, created_at)`
  const body = text(JSON.stringify({ kind: 'plain', text: 'x'.repeat(1_000) }))
  const seqs = (of: RawBuilder<unknown>, count: number) =>
    sql`select c.id, n - 100000, c.id || '-' || n, n - 99999, ${text(ids.long(0))}, 'text', ${of}, n
      from (${numbers(count)} select n from numbers) as seqs cross join conversations c`
  return [
    add`${into} ${seqs(body, missed)} where c.id like 'room-list%' or c.id like 'direct%'`,
    add`${into} ${seqs(body, 100)} where c.id in ('room-crowded', 'room-inviting')`,
    add`update messages set id = ${text(ids.message)}, sender_id = ${text(me)} where conversation_id = 'room-crowded' and seq = 1`,
    add`insert into reactions (message_id, user_id, emoji, conversation_id, rev, removed)
      select ${text(ids.message)}, user_id, '👍', conversation_id, 2, 0 from memberships
      where conversation_id = 'room-crowded' and user_id < 'crowd101000'`,
    add`insert into reaction_tallies (message_id, emoji, count, user_ids, first_rev, rev)
      select message_id, emoji, count(*), '[]', 2, 2 from reactions group by message_id, emoji`,
  ]
}

/** Contacts, requests, blocks, sessions, hooks and acts of `me`, more than a page of each. */
const addOwnRows = (add: Add, me: string) => {
  const contact = (state: string, from: number, count: number, mine: boolean) =>
    add`insert into contacts (user_id, other_id, state, since, account_rev)
      select ${mine ? sql`${text(me)}, id` : sql`id, ${text(me)}`}, ${text(state)}, 1, 1 from users
      where id like 'crowd%' and created_at > ${sql.lit(100_000 + from)} and created_at <= ${sql.lit(100_000 + from + count)}`
  return [
    ...[true, false].map(
      (mine) =>
        add`insert into contacts (user_id, other_id, state, since, account_rev)
        select ${mine ? sql`${text(me)}, id` : sql`id, ${text(me)}`}, 'accepted', 1, 1 from users where id like 'big%'`,
    ),
    contact('received', 0, 900, true),
    contact('requested', 0, 900, false),
    contact('requested', 1_000, 90, true),
    contact('received', 1_000, 90, false),
    add`insert into blocks (user_id, other_id, removed, since, account_rev)
      select ${text(me)}, id, 0, 1, 1 from users where (id > ${text(ids.long(99))} and id < 'crowd')
      or (id > 'crowd102000' and id <= ${`crowd${101_900 + largest.blocks}`})`,
    add`insert into sessions (id, user_id, refresh_hash, rotated_at, user_agent, created_at, last_used_at, expires_at)
      ${numbers(largest.sessions - 1)} select 'session' || n, ${text(me)}, 'hash' || n, 1, ${text('é'.repeat(300))}, n, n,
      ${sql.lit(8_640_000_000_000)} from numbers`,
    add`insert into hooks (id, conversation_id, user_id, name, secret_hash, created_by, created_at)
      ${numbers(19)} select 'hook' || n, 'room-rich', 'crowd' || n, ${euros(100)}, 'hash', ${text(me)}, n from numbers`,
    add`insert into administration_acts (number, act, actor_id, user_id, reason, at)
      ${numbers(60)} select n - 100000, 'suspend', ${text(me)}, ${bigId}, ${euros(500)}, 1 from numbers`,
  ]
}

type Add = (strings: TemplateStringsArray, ...values: unknown[]) => RawBuilder<unknown>

async function fill(database: Database, me: string): Promise<void> {
  const statements = [addConversations, addMembers, addMessages, addOwnRows].flatMap((some) => some(sql, me))
  await database.write.transaction().execute(async (transaction) => {
    for (const statement of [...addUsers(sql, largest.people), ...statements]) await statement.execute(transaction)
    await addRichMessages(transaction, ids.rich, ids.sealed, me)
    await sql`update memberships set account_rev = 1`.execute(transaction)
    await sql`update users set rev = 10 where id = ${me}`.execute(transaction)
  })
}

/**
 * A server with the largest data, for all tests of a file. The object is filled by a `beforeAll` hook, and the server
 * closed after the last test. Its rows are written by plain SQL, because that many requests would take minutes.
 */
export function largestWorld(): LargestWorld {
  const world = {} as LargestWorld
  beforeAll(async () => {
    const server = await startTestServer({ sharedDatabase: true })
    const [me, other] = [await server.register('me'), await server.register('other')]
    const { text: key } = await testKeys(server).make('users', 'conversations', 'erase', 'act-as')
    const database = await openTestDatabase(server.dataDir)
    Object.assign(world, { server, me, other, key, database })
    await fill(database, me.user.id)
    // Nothing else could run meanwhile, so the server is about to close connections that the next request would use.
    await server.rest('GET', '/users/me').catch(() => {})
  })
  afterAll(async () => {
    await world.database.close()
    await world.server.close()
  })
  return world
}
