import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createStore } from '../../features/index.ts'
import { type Database, isDatabaseUnavailable } from '../../storage/database.ts'
import { openTestDatabase } from '../../testing/test-database.ts'
import { topology } from '../../testing/topology.ts'
import { createDeliver, type Deliver, type Delivery } from '../deliver.ts'
import { createGroupCommit, type GroupCommit, type Job } from './group-commit.ts'
import type { OpenTransaction } from './open-transaction.ts'

let dataDir: string
let database: Database
let deliver: Deliver
let groupCommit: GroupCommit
/** The ids of the users whose events were delivered, one list for each commit. */
let delivered: string[][]
/** Milliseconds; time passes only when a test says so. */
let clock: number

const idOf = ({ audience }: Delivery) => audience.channels[0]?.id ?? ''

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  database = await openTestDatabase(dataDir)
  deliver = createDeliver(pino({ level: 'silent' }))
  delivered = []
  clock = 0
  vi.spyOn(performance, 'now').mockImplementation(() => clock)
  deliver.listen((deliveries) => void delivered.push(deliveries.map(idOf)))
  groupCommit = createGroupCommit({ database, createStore, deliver })
})

afterEach(async () => {
  vi.restoreAllMocks()
  await groupCommit.idle()
  await database.close()
  await rm(dataDir, { recursive: true, force: true })
})

const accountUpdated = (id: string, rev: number): Delivery => ({
  name: 'account.updated',
  payload: { rev, memberships: [], summaries: [] },
  audience: { channels: [{ kind: 'user', id }] },
})

const addUser = async ({ store, now, emit }: OpenTransaction, id: string, display_name = id) => {
  const rest = { avatar_url: null, password_hash: null, last_seen_at: null, rev: 0, created_at: now }
  await store.users.insert({ id, username: id, username_key: id, display_name, role: 'user', ...rest })
  emit(accountUpdated(id, 0))
  return id
}

const add = (id: string, then?: (transaction: OpenTransaction) => unknown) =>
  groupCommit.run(async (transaction) => {
    await addUser(transaction, id)
    await then?.(transaction)
    return id
  })

const stored = async () => {
  const rows = await database.read.selectFrom('users').select('id').orderBy('created_at').orderBy('id').execute()
  return rows.map(({ id }) => id)
}

const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: Error) => error.message,
  )

describe('work that fails', () => {
  const fail = (message: string) => () => {
    throw new Error(message)
  }

  test('leaves neither rows nor events, and does not disturb its neighbours in the same commit', async () => {
    const outcomes = await Promise.all(
      [add('a'), add('b', fail('mine')), add('c'), add('d', fail('also mine')), add('e')].map(outcome),
    )
    expect(outcomes).toEqual(['done', 'mine', 'done', 'also mine', 'done'])
    expect(await stored()).toEqual(['a', 'c', 'e'])
    expect(delivered).toEqual([['a', 'c', 'e']])
  })

  test('in the database does not disturb them either', async () => {
    const outcomes = await Promise.all([add('a'), add('a'), add('b')].map(outcome))
    expect(outcomes).toEqual(['done', expect.stringMatching(/unique/i), 'done'])
    expect(await stored()).toEqual(['a', 'b'])
    expect(delivered.flat()).toEqual(['a', 'b'])
  })

  test('may have done and emitted much before', async () => {
    const much = (transaction: OpenTransaction) => Promise.all(['x', 'y', 'z'].map((id) => addUser(transaction, id)))
    const tooMuch = async (transaction: OpenTransaction) => {
      await much(transaction)
      throw new Error('at last')
    }
    expect(await Promise.all([add('a', tooMuch), add('b', much)].map(outcome))).toEqual(['at last', 'done'])
    expect((await stored()).sort()).toEqual(['b', 'x', 'y', 'z'])
    expect(delivered).toEqual([['b', 'x', 'y', 'z']])
  })
})

describe('an answer', () => {
  test('comes after the commit and after the delivery, for all of a commit together', async () => {
    const order: string[] = []
    deliver.listen((deliveries) => void order.push(`delivered ${deliveries.map(idOf)}`))
    const work = ['a', 'b'].map((id) =>
      add(id, () => void order.push(`ran ${id}`)).then(() => order.push(`answered ${id}`)),
    )
    await Promise.all(work)
    expect(order).toEqual(['ran a', 'ran b', 'delivered a,b', 'answered a', 'answered b'])
  })

  test('D10: does not wait for a delivery that must read something first; being idle does', async () => {
    const gate = Promise.withResolvers<void>()
    const order: string[] = []
    deliver.listen(async (deliveries) => {
      await gate.promise
      order.push(`delivered ${deliveries.map(idOf)}`)
    })
    for (const id of ['a', 'b']) order.push(`answered ${await add(id)}`)
    const idle = groupCommit.idle().then(() => order.push('idle'))
    gate.resolve()
    await idle
    expect(order).toEqual(['answered a', 'answered b', 'delivered a', 'delivered b', 'idle'])
  })

  test('D10: waits once very many deliveries do, so that what waits in memory has an end', async () => {
    const gate = Promise.withResolvers<void>()
    deliver.listen(() => gate.promise)
    const ids = Array.from({ length: 100 }, (_, i) => `u${i}`)
    let answered = 0
    const all = (async () => {
      for (const id of ids) {
        await add(id)
        answered++
      }
    })()
    await expect.poll(() => answered).toBe(65)
    gate.resolve()
    await all
    expect(answered).toBe(100)
  })

  test('of a failure waits for the commit too', async () => {
    let isCommitted: string[] = []
    const failed = groupCommit
      .run(() => Promise.reject(new Error('no')))
      .catch(async () => {
        isCommitted = await stored()
      })
    await Promise.all([failed, add('a')])
    expect(isCommitted).toEqual(['a'])
  })

  test('comes also if the delivery fails: what is committed stays', async () => {
    deliver.listen(() => Promise.reject(new Error('the transport is broken')))
    deliver.listen(() => {
      throw new Error('this one too')
    })
    expect(await outcome(add('a'))).toBe('done')
    expect(await outcome(add('b'))).toBe('done')
    expect(await stored()).toEqual(['a', 'b'])
  })

  test('A1: that cannot be given takes no other with it, and what comes later is answered too', async () => {
    const failures: unknown[] = []
    const broken = (what: string) => () => {
      throw new Error(what)
    }
    const failing = Object.assign(() => Promise.reject(new Error('deliver')), { listen: () => {} })
    const failed = (cause: unknown) => failures.push(cause)
    const kernel = { database, createStore, deliver: failing, onCommit: broken('observer'), failed }
    groupCommit = createGroupCommit(kernel)
    const batch: Job['batch'] = async (_, transaction) => void (await addUser(transaction, 'of a job'))
    const outcomes = [outcome(add('a'))]
    groupCommit.submit({ batch, settle: broken('settle'), fail: () => {} })
    groupCommit.submit({ batch: () => Promise.reject(new Error('work')), settle: () => {}, fail: broken('fail') })
    outcomes.push(outcome(add('b')))
    expect(await Promise.all(outcomes)).toEqual(['done', 'done'])
    expect(await outcome(add('c'))).toBe('done')
    expect((await stored()).sort()).toEqual(['a', 'b', 'c', 'of a job'])
    const said = failures.map((cause) => (cause as Error).message)
    expect([...new Set(said)].sort()).toEqual(['deliver', 'fail', 'observer', 'settle'])
  })
})

describe('what waits', () => {
  test('while a commit is being made goes into the next one together', async () => {
    let late: Promise<string>[] = []
    await add('a', () => {
      late = ['b', 'c', 'd'].map((id) => add(id))
    })
    await Promise.all(late)
    expect(delivered).toEqual([['a'], ['b', 'c', 'd']])
  })

  test('is done in its order, however much it is, a bounded number at a time', async () => {
    const ids = Array.from({ length: 600 }, (_, i) => `u${String(i).padStart(3, '0')}`)
    await Promise.all(ids.map((id) => add(id)))
    expect(await stored()).toEqual(ids)
    expect(delivered.flat()).toEqual(ids)
    for (const commit of delivered) expect(commit.length).toBeLessThanOrEqual(256)
  })

  test('behind slow work waits for another commit, so that others get their turn', async () => {
    const slow = () => {
      clock += 15
    }
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((id) => add(id, slow)))
    expect(delivered).toEqual([['a', 'b'], ['c', 'd'], ['e']])
  })

  test('is batched with its like next to it, and keeps its place among the others', async () => {
    const calls: string[] = []
    const kinds = new Map<string, Job['batch']>(
      ['x', 'y'].map((kind) => [kind, async (jobs) => void calls.push(`${kind}${jobs.length}`)]),
    )
    const submit = (kind: string) =>
      new Promise<void>((settle, fail) => groupCommit.submit({ batch: kinds.get(kind) as Job['batch'], settle, fail }))
    await Promise.all(['x', 'x', 'y', 'x', 'x', 'x'].map(submit))
    expect(calls).toEqual(['x2', 'y1', 'x3'])
  })

  test('is batched with its like past what others asked for, and never past what the same person did', async () => {
    const calls: string[] = []
    const batches = new Map<string, Job['batch']>(
      ['x', 'y', 'z'].map((kind) => [
        kind,
        async (jobs) => void calls.push(`${kind}:${jobs.map((job) => job.caller?.user?.id ?? '-').join('')}`),
      ]),
    )
    const submit = ([kind, id]: string) =>
      new Promise<void>((settle, fail) => {
        const caller = { user: id === '-' ? null : { id: id as string } }
        groupCommit.submit({ batch: batches.get(kind as string) as Job['batch'], caller, settle, fail })
      })
    await Promise.all(['xa', 'yb', 'xc', 'yd', 'xb', 'ya', 'za', 'xa', 'x-', 'zc'].map(submit))
    expect(calls).toEqual(['x:ac-', 'y:bda', 'x:b', 'z:ac', 'x:a'])
  })
})

// PostgreSQL says for itself what becomes of a full disk; tests/postgres asks what becomes of a lost server.
describe.runIf(topology().engine === 'sqlite')('a disk that is full', () => {
  const limitPages = async (count: number) =>
    void (await sql`pragma max_page_count = ${sql.lit(count)}`.execute(database.write))
  const pages = async () => {
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(database.write)
    return rows[0]?.page_count ?? 0
  }
  const addHuge = (id: string) => groupCommit.run((transaction) => addUser(transaction, id, 'x'.repeat(100_000)))

  test('refuses as it must: what is answered as done is stored and delivered, and what is not is neither', async () => {
    await add('before')
    await limitPages((await pages()) + 1)
    const names = ['a', 'b', 'huge1', 'c', 'huge2', 'd', 'e']
    const attempts = names.map((id) => (id.startsWith('huge') ? addHuge(id) : add(id)))
    const results = await Promise.allSettled(attempts)
    const done = names.filter((_, index) => results[index]?.status === 'fulfilled')
    expect(done).not.toContain('huge1')
    expect((await stored()).sort()).toEqual(['before', ...done].sort())
    expect(delivered.flat().sort()).toEqual(['before', ...done].sort())
    const causes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(causes.map(isDatabaseUnavailable)).toEqual(causes.map(() => true))
  })

  test('is forgotten when there is room again', async () => {
    await limitPages(await pages())
    expect(await outcome(addHuge('huge'))).toMatch(/full/)
    await limitPages(1_000_000)
    expect(await outcome(addHuge('huge'))).toBe('done')
    expect(await stored()).toEqual(['huge'])
  })
})

test('reads beside a commit see what is committed, and nothing of what is not', async () => {
  const seen: string[][] = []
  await add('a', async () => void seen.push(await stored()))
  seen.push(await stored())
  expect(seen).toEqual([[], ['a']])
})

test('it is idle when everything that was submitted is settled', async () => {
  const settled: string[] = []
  for (const id of ['a', 'b']) void add(id).then((done) => settled.push(done))
  await groupCommit.idle()
  await Promise.resolve()
  expect(settled).toEqual(['a', 'b'])
  await groupCommit.idle()
})

test('a transaction has one time for all its work', async () => {
  const times = new Set<number>()
  await Promise.all(['a', 'b', 'c'].map((id) => add(id, ({ now }) => void times.add(now))))
  expect(times.size).toBe(1)
  const rows = await createStore(database.read).users.byIds(['a', 'b', 'c'])
  expect(rows).toHaveLength(3)
})

describe('the disk', () => {
  /** The same database, whose disk answers when the test says so. */
  const onSlowDisk = () => {
    let answer = { ok: () => {}, fail: (_: Error) => {} }
    const asked = { times: 0 }
    const sync = () =>
      new Promise<void>((resolve, reject) => {
        asked.times += 1
        answer = { ok: resolve, fail: reject }
      })
    const commit = createGroupCommit({ database: { ...database, sync }, createStore, deliver })
    const until = (times: number) => expect.poll(() => asked.times).toBe(times)
    return { commit, until, ok: () => answer.ok(), fail: (error: Error) => answer.fail(error) }
  }

  test('is waited for: until it has answered, nobody is told and nobody is answered', async () => {
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
    expect([answered, delivered]).toEqual([false, []])
    ok()
    await first
    expect(delivered).toEqual([['ana']])
    await until(2)
    ok()
    await second
    expect(delivered).toEqual([['ana'], ['bo']])
  })

  test('that fails once is not believed again: every command is refused from then on', async () => {
    const { commit, until, fail } = onSlowDisk()
    const first = outcome(commit.run((transaction) => addUser(transaction, 'ana')))
    await until(1)
    expect(commit.isLost()).toBe(false)
    const waiting = outcome(commit.run((transaction) => addUser(transaction, 'bo')))
    fail(new Error('the disk is gone'))
    expect(await Promise.all([first, waiting])).toEqual(['the disk is gone', 'the disk is gone'])
    expect(await outcome(commit.run((transaction) => addUser(transaction, 'cy')))).toBe('the disk is gone')
    expect(commit.isLost()).toBe(true)
    expect(delivered).toEqual([])
  })
})

describe.runIf(topology().engine === 'postgres')('another node', () => {
  let other: Database
  beforeEach(async () => {
    other = await openTestDatabase(dataDir)
  })
  afterEach(() => other.close())

  /** A place where two meet; whoever comes later goes on. */
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

  test('that waits for us while we wait for it: one gives way, and does all of it again', async () => {
    for (const id of ['a', 'b']) await add(id)
    const meet = meeting()
    let tries = 0
    const step = (commit: GroupCommit, ...ids: string[]) =>
      commit.run(async ({ store, emit }) => {
        tries += 1
        for (const id of ids) {
          const rev = await store.users.nextRev(id)
          emit(accountUpdated(id, rev))
          await meet()
        }
      })
    delivered = []
    await Promise.all([
      step(groupCommit, 'a', 'b'),
      step(createGroupCommit({ database: other, createStore, deliver }), 'b', 'a'),
    ])
    expect(tries).toBe(3)
    expect(delivered.map((ids) => [...ids].sort().join())).toEqual(['a,b', 'a,b'])
    expect(await database.read.selectFrom('users').select(['id', 'rev']).orderBy('id').execute()).toEqual([
      { id: 'a', rev: 2 },
      { id: 'b', rev: 2 },
    ])
  })
})
