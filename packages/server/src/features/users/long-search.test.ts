import { sql } from 'kysely'
import { beforeAll, expect, test, vi } from 'vitest'
import { sliceOrder } from '../../core/limits/slice-order.ts'
import { serverWithPeople } from '../../testing/server-with-people.ts'
import { openTestDatabase } from '../../testing/test-database.ts'
import { topology } from '../../testing/topology.ts'

const { server, ana, bo } = serverWithPeople(['ana', 'bo'], { sharedDatabase: true, rateLimits: 'off' })

/** So many connections for reading each engine has. */
const readers = topology().engine === 'postgres' ? 8 : 4

beforeAll(async () => {
  const database = await openTestDatabase(server.dataDir)
  await sql`with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 20000)
    insert into users (id, username, username_key, names_key, display_name, role, rev, created_at)
    select 'crowd' || n, 'crowd' || n, 'crowd' || n, 'crowd' || n, 'Crowd', 'user', 0, 0 from numbers`.execute(
    database.write,
  )
  await database.close()
})

test('D10: searches through many names keep nobody else from reading', async () => {
  // Each search waits for its second slice until all of them do.
  const turns = Promise.withResolvers<void>()
  const next = vi.spyOn(sliceOrder, 'next').mockReturnValue(turns.promise)
  const { accessToken: token } = ana.signedIn
  const searches = Array.from({ length: readers }, () => server.rest('GET', '/users?query=zz', { token }))
  let areEnded = false
  void Promise.race(searches).then(() => {
    areEnded = true
  })
  await expect.poll(() => next.mock.calls.length).toBe(readers)
  await bo.ask('conversation.list', {})
  expect(areEnded).toBe(false)
  turns.resolve()
  for (const search of searches) expect(await (await search).json()).toMatchObject({ ok: true, data: { users: [] } })
})
