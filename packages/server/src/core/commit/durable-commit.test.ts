import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createStore } from '../../features/index.ts'
import { type Database, isDatabaseUnavailable } from '../../storage/database.ts'
import { addUser, commitStage, outcome } from '../../testing/commit-stage.ts'
import { openTestDatabase } from '../../testing/test-database.ts'
import { topology } from '../../testing/topology.ts'
import { createGroupCommit, type GroupCommit } from './group-commit.ts'

const stage = commitStage()
const { add, stored } = stage

// PostgreSQL handles a full disk itself; tests/postgres tests the loss of its server.
describe.runIf(topology().engine === 'sqlite')('a disk that is full', () => {
  const limitPages = async (count: number) =>
    void (await sql`pragma max_page_count = ${sql.lit(count)}`.execute(stage.database.write))
  const pages = async () => {
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(stage.database.write)
    return rows[0]?.page_count ?? 0
  }
  const addHuge = (id: string) => stage.groupCommit.run((transaction) => addUser(transaction, id, 'x'.repeat(100_000)))

  test('loses nothing: a command that is answered as done is stored and delivered, and any other is neither', async () => {
    await add('before')
    await limitPages((await pages()) + 1)
    const names = ['a', 'b', 'huge1', 'c', 'huge2', 'd', 'e']
    const attempts = names.map((id) => (id.startsWith('huge') ? addHuge(id) : add(id)))
    const results = await Promise.allSettled(attempts)
    const done = names.filter((_, index) => results[index]?.status === 'fulfilled')
    expect(done).not.toContain('huge1')
    expect((await stored()).sort()).toEqual(['before', ...done].sort())
    expect(stage.delivered.flat().sort()).toEqual(['before', ...done].sort())
    const causes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(causes.map(isDatabaseUnavailable)).toEqual(causes.map(() => true))
  })

  test('stops no command once it has room again', async () => {
    await limitPages(await pages())
    expect(await outcome(addHuge('huge'))).toMatch(/full/)
    await limitPages(1_000_000)
    expect(await outcome(addHuge('huge'))).toBe('done')
    expect(await stored()).toEqual(['huge'])
  })
})

test.runIf(topology().engine === 'sqlite')(
  'what a command beside the server writes in between is seen by a second try',
  async () => {
    const beside = await openTestDatabase(stage.dataDir)
    let tries = 0
    await stage.groupCommit.run(async (transaction) => {
      await transaction.store.users.byId('before')
      if (tries++ === 0) await beside.write.insertInto('meta').values({ key: 'beside', value: '' }).execute()
      await addUser(transaction, 'after')
    })
    await beside.close()
    expect(tries).toBe(2)
    expect(await stored()).toEqual(['after'])
  },
)

describe('the disk', () => {
  /** A group commit on the same database, whose disk answers when the test says so. */
  const onSlowDisk = () => {
    let answer = { ok: () => {}, fail: (_: Error) => {} }
    const asked = { times: 0 }
    const sync = () =>
      new Promise<void>((resolve, reject) => {
        asked.times += 1
        answer = { ok: resolve, fail: reject }
      })
    const commit = createGroupCommit({ database: { ...stage.database, sync }, createStore, deliver: stage.deliver })
    const until = (times: number) => expect.poll(() => asked.times).toBe(times)
    return { commit, until, ok: () => answer.ok(), fail: (error: Error) => answer.fail(error) }
  }

  test('is waited for: before it has answered, no event and no answer leaves', async () => {
    const { commit, until, ok } = onSlowDisk()
    let answered = false
    const first = commit
      .run((transaction) => addUser(transaction, 'ana'))
      .then(() => {
        answered = true
      })
    await until(1)
    const second = commit.run((transaction) => addUser(transaction, 'bo'))
    expect(await stored()).toEqual(['ana'])
    expect([answered, stage.delivered]).toEqual([false, []])
    ok()
    await first
    expect(stage.delivered).toEqual([['ana']])
    await until(2)
    ok()
    await second
    expect(stage.delivered).toEqual([['ana'], ['bo']])
  })

  test('that has failed once is not trusted again: every command is refused from then on', async () => {
    const { commit, until, fail } = onSlowDisk()
    const first = outcome(commit.run((transaction) => addUser(transaction, 'ana')))
    await until(1)
    expect(commit.isLost()).toBe(false)
    const waiting = outcome(commit.run((transaction) => addUser(transaction, 'bo')))
    fail(new Error('the disk is gone'))
    expect(await Promise.all([first, waiting])).toEqual(['the disk is gone', 'the disk is gone'])
    expect(await outcome(commit.run((transaction) => addUser(transaction, 'cy')))).toBe('the disk is gone')
    expect(commit.isLost()).toBe(true)
    expect(stage.delivered).toEqual([])
  })
})

describe.runIf(topology().engine === 'postgres')('another node', () => {
  let other: Database
  beforeEach(async () => {
    other = await openTestDatabase(stage.dataDir)
  })
  afterEach(() => other.close())

  /** A barrier for two transactions. */
  const meeting = () => {
    let arrived = 0
    let open = () => {}
    const both = new Promise<void>((resolve) => {
      open = resolve
    })
    return () => {
      if (++arrived === 2) open()
      return both
    }
  }

  test('that waits for our lock while we wait for its lock: one transaction is rolled back and repeated', async () => {
    for (const id of ['a', 'b']) await add(id)
    const meet = meeting()
    let tries = 0
    const step = (commit: GroupCommit, ...ids: string[]) =>
      commit.run(async ({ store, emit }) => {
        tries += 1
        for (const id of ids) {
          const rev = await store.users.nextRev(id)
          emit({
            name: 'account.updated',
            payload: { rev, memberships: [], summaries: [] },
            audience: { channels: [{ kind: 'user', id }] },
          })
          await meet()
        }
      })
    stage.delivered = []
    await Promise.all([
      step(stage.groupCommit, 'a', 'b'),
      step(createGroupCommit({ database: other, createStore, deliver: stage.deliver }), 'b', 'a'),
    ])
    // The transaction that was rolled back may come first again, and be rolled back once more.
    expect(tries).toBeGreaterThanOrEqual(3)
    expect(stage.delivered.map((ids) => [...ids].sort())).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ])
    expect(await stage.database.read.selectFrom('users').select(['id', 'rev']).orderBy('id').execute()).toEqual([
      { id: 'a', rev: 2 },
      { id: 'b', rev: 2 },
    ])
  })
})
