import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import pino from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createStore } from '../../features/index.ts'
import { openTestDatabase } from '../../testing/test-database.ts'
import { topology } from '../../testing/topology.ts'
import { createGroupCommit } from '../commit/group-commit.ts'
import { createDeliver } from '../deliver.ts'
import { createSharedClock } from './job-clock.ts'
import type { JobKind, JobOutcome } from './job-kind.ts'
import { createJobs, jobTiming } from './jobs.ts'

const log = pino({ level: 'silent' })
const kind = 'test'
const done: JobOutcome = { state: 'done', note: 'well' }

const until = async (isSo: () => boolean | Promise<boolean>) => {
  while (!(await isSo())) await turn()
}

/** A node on the database of a folder, with connections of its own. */
async function nodeOn(dataDir: string, run: (payload: string) => JobOutcome | Promise<JobOutcome>) {
  const database = await openTestDatabase(dataDir)
  const groupCommit = createGroupCommit({ database, createStore, deliver: createDeliver(log) })
  const store = createStore(database.read)
  const jobs = createJobs({ store, groupCommit, timing: jobTiming, isAlone: false, log })
  const ran: string[] = []
  const own: JobKind = {
    name: kind,
    concurrency: 2,
    run: async ({ payload }) => {
      ran.push(payload)
      return run(payload)
    },
  }
  jobs.start([own])
  return {
    ran,
    jobs,
    states: async () => (await database.read.selectFrom('jobs').select('state').execute()).map(({ state }) => state),
    /** Each in the line of its first letter. */
    add: (...payloads: string[]) =>
      groupCommit.run(({ store }) =>
        jobs.add(
          store,
          payloads.map((payload) => ({ kind, key: payload.slice(0, 1), payload })),
        ),
      ),
    close: async () => {
      await jobs.close()
      await groupCommit.idle()
      await database.close()
    },
  }
}

test.runIf(topology().engine === 'postgres')(
  'P10: nodes whose clocks are years apart agree about what is due, and about what another one works on',
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'parley-'))
    const held = Promise.withResolvers<JobOutcome>()
    const right = await nodeOn(dataDir, (payload) => (payload === 'a0' ? held.promise : done))
    await right.add('a0', 'a1')
    await until(() => right.ran.length === 1)

    vi.setSystemTime('2100-01-01')
    const ahead = await nodeOn(dataDir, () => done)
    onTestFinished(async () => {
      vi.useRealTimers()
      await Promise.all([right.close(), ahead.close()])
      await topology().dispose(dataDir)
      await rm(dataDir, { recursive: true, force: true })
    })
    await ahead.add('b0')
    await until(() => ahead.ran.includes('b0'))
    expect(ahead.ran).toEqual(['b0'])
    await ahead.jobs.close()
    await ahead.add('c0')

    vi.useRealTimers()
    held.resolve(done)
    await until(async () => {
      right.jobs.wake()
      return (await right.states()).every((state) => state === 'done')
    })
    expect(right.ran.toSorted()).toEqual(['a0', 'a1', 'c0'])
  },
)

test('on a single node, due jobs stay due when the clock is set back', async () => {
  let machine = 1_000_000
  const clock = createSharedClock({ ask: async () => machine, isAlone: true })
  // The first reading is never skipped: a job that was written in 1970 would be swept at once.
  await clock.follow(Number.POSITIVE_INFINITY)
  const before = clock.now()
  expect(before).toBeGreaterThanOrEqual(machine)
  machine -= 3_600_000
  await clock.follow(-1)
  expect(clock.now()).toBeGreaterThanOrEqual(before)
  machine += 7_200_000
  await clock.follow(-1)
  expect(clock.now()).toBeGreaterThanOrEqual(machine)
})
