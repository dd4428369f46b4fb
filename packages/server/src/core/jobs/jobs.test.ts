import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createStore } from '../../features/index.ts'
import type { Database } from '../../storage/database.ts'
import { type StoppedJobClock, stoppedJobClock } from '../../testing/stopped-clock.ts'
import { openTestDatabase } from '../../testing/test-database.ts'
import { topology } from '../../testing/topology.ts'
import { createGroupCommit, type GroupCommit } from '../commit/group-commit.ts'
import { createDeliver } from '../deliver.ts'
import type { JobKind, JobOutcome, NewJob } from './job-kind.ts'
import type { JobRow } from './job-store.ts'
import { createJobs, type Jobs, jobTiming } from './jobs.ts'
import { mostTries } from './retry-times.ts'

const log = pino({ level: 'silent' })
const kind = 'test'
const done: JobOutcome = { state: 'done', note: 'well' }

let dataDir: string
let database: Database
let groupCommit: GroupCommit
let writer: Jobs
let clock: StoppedJobClock
/** What was opened, the last first. */
let closing: (() => Promise<void>)[]

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
  closing = []
  clock = stoppedJobClock()
  database = await openTestDatabase(dataDir)
  groupCommit = createGroupCommit({ database, createStore, deliver: createDeliver(log) })
  closing.push(database.close, groupCommit.idle)
  writer = jobsOf()
})
afterEach(async () => {
  for (const close of closing.reverse()) await close()
  await topology().dispose(dataDir)
  await rm(dataDir, { recursive: true, force: true })
})

/** A node on the database of this test. */
function jobsOf({ isAlone = false, commit = groupCommit, db = database } = {}): Jobs {
  const jobs = createJobs({ store: createStore(db.read), groupCommit: commit, timing: jobTiming, isAlone, log, clock })
  closing.push(jobs.close)
  return jobs
}

/** One more node, with connections of its own where the engine lets several write. */
async function otherNode(): Promise<Jobs> {
  if (topology().engine === 'sqlite') return jobsOf()
  const db = await openTestDatabase(dataDir)
  const commit = createGroupCommit({ database: db, createStore, deliver: createDeliver(log) })
  closing.push(db.close, commit.idle)
  return jobsOf({ commit, db })
}

const write = (...jobs: Partial<NewJob>[]) =>
  groupCommit.run(({ store }) =>
    writer.add(
      store,
      jobs.map((job) => ({ kind, key: 'a', payload: '', ...job })),
    ),
  )
const writeNumbered = (key: string, count: number) =>
  write(...Array.from({ length: count }, (_, at) => ({ key, payload: `${key}${at}` })))

const rows = (): Promise<JobRow[]> => database.read.selectFrom('jobs').selectAll().orderBy('place').execute()
const statesOf = async () => (await rows()).map(({ payload, state }) => `${payload} ${state}`)
const linesLeft = async () => (await database.read.selectFrom('job_lines').selectAll().execute()).length

/** A kind of jobs that `run` does, and the payloads in the order in which they ran. */
function recorder(
  run: (job: JobRow, signal: AbortSignal) => Promise<JobOutcome> | JobOutcome = () => done,
  concurrency = 2,
) {
  const ran: string[] = []
  const kinds: JobKind[] = [
    {
      name: kind,
      concurrency,
      run: async (job, signal) => {
        ran.push(job.payload)
        return run(job, signal)
      },
    },
  ]
  return { ran, kinds }
}

/** Repeats the question until it is true; time passes meanwhile only if the question lets it. */
const until = async (isSo: () => boolean | Promise<boolean>) => {
  while (!(await isSo())) await turn()
}
const untilTried = (tries: number) => until(async () => (await rows())[0]?.tries === tries)
const untilStates = (...states: string[]) => until(async () => `${await statesOf()}` === `${states}`)

/** Every node has looked and found nothing that it may take. */
const idle = async (node: Jobs) => {
  node.wake()
  await groupCommit.run(async () => {})
  await groupCommit.run(async () => {})
}

describe('a job', () => {
  test.runIf(topology().engine === 'postgres')(
    'that another transaction holds when it is done is settled later, and not asked for all the time',
    async () => {
      const db = await openTestDatabase(dataDir)
      let commits = 0
      const onCommit = [() => void commits++]
      const commit = createGroupCommit({ database: db, createStore, deliver: createDeliver(log), onCommit })
      closing.push(db.close, commit.idle)
      const held = Promise.withResolvers<JobOutcome>()
      const { ran, kinds } = recorder(() => held.promise)
      const node = jobsOf({ commit, db })
      node.start(kinds)
      await write({ payload: 'one' })
      node.wake()
      await until(() => ran.length === 1)
      await database.write.transaction().execute(async (transaction) => {
        await transaction.selectFrom('jobs').select('place').forUpdate().execute()
        const before = commits
        held.resolve(done)
        for (let own = 0; own < 30; own++) await commit.run(async () => {})
        expect(commits - before).toBeLessThan(35)
      })
      clock.pass(1_000)
      await untilStates('one done')
    },
  )

  test('that is written with its cause is done once it is committed, and stays in the log', async () => {
    const { ran, kinds } = recorder()
    writer.start(kinds)
    await write({ payload: 'one', about: 'm1' })
    await untilStates('one done')
    expect(ran).toEqual(['one'])
    expect(await rows()).toMatchObject([{ about: 'm1', tries: 1, note: 'well', settled_at: expect.any(Number) }])
    expect(await linesLeft()).toBe(0)
  })

  test('whose cause is rolled back is never done', async () => {
    const { ran, kinds } = recorder()
    writer.start(kinds)
    const failing = groupCommit.run(async ({ store }) => {
      await writer.add(store, [{ kind, key: 'a', payload: 'undone' }])
      throw new Error('the cause failed')
    })
    await expect(failing).rejects.toThrow('the cause failed')
    await write({ payload: 'after' })
    await untilStates('after done')
    expect(ran).toEqual(['after'])
  })

  test('of a kind that no node has waits, and is done by the first that has it', async () => {
    const { ran, kinds } = recorder()
    writer.start([{ ...(kinds[0] as JobKind), name: 'another' }])
    await write({ payload: 'one' })
    await idle(writer)
    expect(ran).toEqual([])
    const node = await otherNode()
    node.start(kinds)
    await untilStates('one done')
  })

  test('that another node wrote is found without a hint', async () => {
    const { ran, kinds } = recorder()
    const node = await otherNode()
    node.start(kinds)
    await idle(node)
    await write({ payload: 'one' })
    expect(ran).toEqual([])
    await until(async () => {
      clock.pass(jobTiming.jobPollMs)
      return `${await statesOf()}` === 'one done'
    })
  })
})

describe('a line', () => {
  test('keeps its order however many are written, and lines run side by side within the bound', async () => {
    let running = 0
    let most = 0
    const held = Promise.withResolvers<void>()
    const { ran, kinds } = recorder(async () => {
      most = Math.max(most, ++running)
      await held.promise
      running--
      return done
    })
    writer.start(kinds)
    for (const key of ['a', 'b', 'c']) await writeNumbered(key, 70)
    await until(() => ran.length === 2)
    held.resolve()
    await until(async () => (await rows()).filter(({ state }) => state === 'done').length === 210)
    expect(most).toBe(2)
    for (const key of ['a', 'b', 'c']) {
      expect(ran.filter((payload) => payload.startsWith(key))).toEqual(Array.from({ length: 70 }, (_, at) => key + at))
    }
  })

  test('waits behind the job that fails, with longer and longer pauses, while others go on', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1)
    let isDown = true
    const { ran, kinds } = recorder(({ payload }) => {
      if (payload === 'a0' && isDown) throw new Error('down')
      return done
    })
    writer.start(kinds)
    await writeNumbered('a', 2)
    await untilTried(1)
    expect((await rows())[0]).toMatchObject({ state: 'waiting', note: 'down' })
    await writeNumbered('b', 1)
    await until(async () => (await statesOf()).at(-1) === 'b0 done')
    clock.pass(4_900)
    await idle(writer)
    expect(ran).toEqual(['a0', 'b0'])
    clock.pass(200)
    await untilTried(2)
    clock.pass(14_800)
    await idle(writer)
    expect(ran).toEqual(['a0', 'b0', 'a0'])
    isDown = false
    clock.pass(300)
    await untilStates('a0 done', 'a1 done', 'b0 done')
    expect(ran).toEqual(['a0', 'b0', 'a0', 'a0', 'a1'])
  })

  test('pauses for longer than usual where a try asks for it', async () => {
    const { ran, kinds } = recorder(({ tries }) =>
      tries === 0 ? { state: 'waiting', note: 'busy', pauseMs: 60_000 } : done,
    )
    writer.start(kinds)
    await writeNumbered('a', 1)
    await untilTried(1)
    clock.pass(59_000)
    await idle(writer)
    expect(ran).toHaveLength(1)
    clock.pass(1_000)
    await untilStates('a0 done')
  })

  test('goes on after a job was given up, which stays in the log', async () => {
    const { ran, kinds } = recorder(({ payload }) => (payload === 'a0' ? { state: 'waiting', note: 'never' } : done))
    writer.start(kinds)
    await writeNumbered('a', 2)
    for (let tries = 1; tries < mostTries; tries++) {
      await untilTried(tries)
      clock.pass(12 * 60 * 60_000)
    }
    await untilStates('a0 failed', 'a1 done')
    expect(ran.filter((payload) => payload === 'a0')).toHaveLength(mostTries)
    expect((await rows())[0]).toMatchObject({ tries: mostTries, note: 'never' })
  })

  test('goes on at once after a job that fails for good', async () => {
    const { kinds } = recorder(({ payload }) => (payload === 'a0' ? { state: 'failed', note: 'gone' } : done))
    writer.start(kinds)
    await writeNumbered('a', 2)
    await untilStates('a0 failed', 'a1 done')
    expect((await rows())[0]).toMatchObject({ tries: 1, note: 'gone' })
  })

  test('is worked on by one of two nodes, and each job is done once', async () => {
    const { ran, kinds } = recorder()
    const nodes = [await otherNode(), await otherNode()]
    for (const node of nodes) node.start(kinds)
    for (const key of ['a', 'b', 'c', 'd']) await writeNumbered(key, 20)
    await until(async () => {
      for (const node of nodes) node.wake()
      return (await rows()).filter(({ state }) => state === 'done').length === 80
    })
    expect(new Set(ran).size).toBe(80)
    expect(ran).toHaveLength(80)
    for (const key of ['a', 'b', 'c', 'd']) {
      expect(ran.filter((payload) => payload.startsWith(key))).toEqual(Array.from({ length: 20 }, (_, at) => key + at))
    }
  })
})

describe('a node that hangs in the middle of a job', () => {
  test('loses its line to another after the lease and not before, and settles nothing when it comes back', async () => {
    const stuck = Promise.withResolvers<JobOutcome>()
    const first = recorder(() => stuck.promise, 1)
    const dying = await otherNode()
    dying.start(first.kinds)
    await writeNumbered('a', 2)
    await until(() => {
      dying.wake()
      return first.ran.length === 1
    })
    const second = recorder()
    const node = await otherNode()
    node.start(second.kinds)
    clock.pass(jobTiming.jobLeaseMs - 1_000)
    await idle(node)
    expect(second.ran).toEqual([])
    clock.pass(1_000)
    await untilStates('a0 done', 'a1 done')
    expect(second.ran).toEqual(['a0', 'a1'])
    stuck.resolve({ state: 'failed', note: 'too late' })
    await idle(dying)
    expect(await statesOf()).toEqual(['a0 done', 'a1 done'])
    expect(first.ran).toEqual(['a0'])
  })

  test('gets its lines back at once by a restart if it is the only node', async () => {
    const lease = 'of a process that was killed'
    await writeNumbered('a', 1)
    const now = clock.now()
    await groupCommit.run(({ store }) =>
      store.jobs.take({ kind, now, until: now + jobTiming.jobLeaseMs, lease, limit: 1 }),
    )
    const { kinds } = recorder()
    jobsOf({ isAlone: true }).start(kinds)
    await untilStates('a0 done')
  })
})

test('a server that closes finishes the jobs under way and begins no more', async () => {
  const held = Promise.withResolvers<void>()
  const { ran, kinds } = recorder(async () => {
    await held.promise
    return done
  })
  const node = jobsOf()
  node.start(kinds)
  await writeNumbered('a', 3)
  await until(() => {
    node.wake()
    return ran.length === 1
  })
  const closed = node.close()
  held.resolve()
  await closed
  expect(await statesOf()).toEqual(['a0 done', 'a1 waiting', 'a2 waiting'])
  const next = recorder()
  jobsOf().start(next.kinds)
  await untilStates('a0 done', 'a1 done', 'a2 done')
})

test('a server that closes while it waits to take a job does not take it', async () => {
  const { ran, kinds } = recorder()
  const node = jobsOf({ isAlone: true })
  node.start(kinds)
  await idle(node)
  const held = Promise.withResolvers<void>()
  await writeNumbered('a', 1)
  const before = groupCommit.run(() => held.promise)
  node.wake()
  const closed = node.close()
  held.resolve()
  await Promise.all([before, closed])
  expect(ran).toEqual([])
  expect(await statesOf()).toEqual(['a0 waiting'])
})

test('a try that does not end gets a signal when the server closes', async () => {
  const { ran, kinds } = recorder(
    (_, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
  )
  const node = jobsOf()
  node.start(kinds)
  await writeNumbered('a', 1)
  await until(() => {
    node.wake()
    return ran.length === 1
  })
  const closed = node.close()
  await until(async () => {
    clock.pass(jobTiming.jobCloseMs)
    return (await rows())[0]?.tries === 1
  })
  await closed
  expect((await rows())[0]).toMatchObject({ state: 'waiting', note: 'stopped' })
})

test('jobs that were done or given up are done again on request', async () => {
  const { ran, kinds } = recorder(({ tries }) => (tries === 0 ? { state: 'failed', note: 'gone' } : done))
  writer.start(kinds)
  await writeNumbered('a', 2)
  await untilStates('a0 failed', 'a1 failed')
  const failed = await rows()
  await groupCommit.run(({ store, now }) => store.jobs.again(failed, now))
  writer.wake()
  await until(() => ran.length === 4)
  expect(ran).toEqual(['a0', 'a1', 'a0', 'a1'])
})
